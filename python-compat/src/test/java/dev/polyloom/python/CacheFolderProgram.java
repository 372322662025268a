// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A process of its own that builds a folder, for the tests with several processes. */
final class CacheFolderProgram {

    private CacheFolderProgram() {}

    /** Starts one that writes {@code building} and then waits for a line before it goes on. */
    static Process start(Path cache, Path log) throws IOException {
        String classPath =
                location(CacheFolder.class)
                        + File.pathSeparator
                        + location(CacheFolderProgram.class);
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx64m",
                                "-cp",
                                classPath,
                                CacheFolderProgram.class.getName(),
                                cache.toString(),
                                log.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String location(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        CacheFolder cache = new CacheFolder(Path.of(arguments[0]));
        Path built =
                cache.ensure(
                        "thing/one",
                        line -> say("waiting"),
                        (building, _) -> {
                            Files.writeString(building.resolve("half"), "half");
                            Files.writeString(
                                    Path.of(arguments[1]),
                                    "built\n",
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.APPEND);
                            say("building");
                            System.in.read();
                            Files.writeString(building.resolve("whole"), "whole");
                        });
        say(built.toString());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
