// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.FileTrees;
import dev.polyloom.python.PythonInstallation;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the host is started. Immutable.
 *
 * @param image the Java runtime
 * @param jars the class path: jars only, as the AOT cache demands
 * @param python the file that {@link PythonInstallation#read} reads
 * @param aotCache what the AOT cache was written to, when there is one
 */
record Launch(RuntimeImage image, List<Path> jars, Path python, Optional<Path> aotCache) {

    /** The modules that hold the Graal compiler. */
    static final List<String> COMPILER_MODULES =
            List.of(
                    "jdk.graal.compiler",
                    "org.graalvm.collections",
                    "org.graalvm.truffle.compiler",
                    "org.graalvm.word");

    /** The host's main class. */
    static final String MAIN = "dev.polyloom.host.Main";

    private static final String OPTIONS = "host.options";

    Launch {
        jars = List.copyOf(jars);
    }

    /** The same launch with an AOT cache. */
    Launch with(Path cache) {
        return new Launch(image, jars, python, Optional.of(cache));
    }

    /** The options of the Java runtime that do not depend on what it runs. */
    List<String> options() throws IOException {
        List<String> options = new ArrayList<>();
        try (InputStream in = Launch.class.getResourceAsStream(OPTIONS)) {
            if (in == null) {
                throw new IOException("the host's jar lacks " + OPTIONS);
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(options::add);
        }
        options.add("--add-modules=" + String.join(",", COMPILER_MODULES));
        options.add("-D" + PythonInstallation.PROPERTY + "=" + python);
        return options;
    }

    /** The options with the class path and, when there is one, the AOT cache. */
    List<String> arguments() throws IOException {
        List<String> arguments = options();
        aotCache.ifPresent(file -> arguments.add("-XX:AOTCache=" + file));
        arguments.add("-cp");
        arguments.add(classPath());
        return arguments;
    }

    /** The class path as Java takes it. */
    String classPath() {
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Writes arguments to a file that {@code java @FILE} reads. */
    static void writeArguments(Path file, List<String> arguments) throws IOException {
        FileTrees.replace(
                file,
                arguments.stream()
                        .map(word ->
                                "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n")
                        .collect(Collectors.joining()));
    }
}
