// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.CacheFolder;
import dev.polyloom.python.ContentHash;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.FileTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * A Java runtime with the Graal compiler among its own modules. Immutable.
 *
 * <p>A stock JDK has a stub in the compiler's place. Putting the compiler on the upgrade module
 * path works too, but switches class data sharing and the AOT cache off; a runtime that holds it as
 * one of its own modules keeps both.
 *
 * @param home the runtime's folder
 */
record RuntimeImage(Path home) {

    /** Changes whenever the way an image is made does. */
    private static final String RECIPE = "1";

    /** The program that starts it. */
    Path java() {
        return home.resolve("bin/java");
    }

    /**
     * Returns the image made from this process's JDK and the compiler's jars, making it first when
     * it is missing.
     */
    static RuntimeImage ensure(
            CacheFolder cache, List<Path> compilerJars, Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        Path jdk = Path.of(System.getProperty("java.home", "."));
        ContentHash hash =
                new ContentHash()
                        .add(RECIPE)
                        .add(System.getProperty("java.vm.version", ""))
                        .add(System.getProperty("java.vendor.version", ""))
                        .add(System.getProperty("os.arch", ""));
        for (Path jar : compilerJars) {
            hash.add(jar.getFileName().toString()).add(ContentHash.ofFile(jar));
        }
        Path folder =
                cache.ensure(
                        "image/" + hash.key(),
                        progress,
                        (building, _) -> {
                            progress.accept("linking a Java runtime with the Graal compiler");
                            link(jdk, compilerJars, building);
                        });
        return new RuntimeImage(folder.resolve("jdk"));
    }

    private static void link(Path jdk, List<Path> compilerJars, Path building)
            throws EnvironmentException, IOException {
        Path modules = Files.createDirectory(building.resolve("modules"));
        List<String> names = new JdkModules(jdk).write(modules);
        for (Path jar : compilerJars) {
            Files.copy(jar, modules.resolve(jar.getFileName()));
        }
        List<String> roots = new ArrayList<>(names);
        roots.addAll(Launch.COMPILER_MODULES);
        run(
                "jlink",
                List.of(
                        "--module-path",
                        modules.toString(),
                        "--add-modules",
                        roots.stream().collect(Collectors.joining(",")),
                        "--generate-cds-archive",
                        "--output",
                        building.resolve("jdk").toString()));
        FileTrees.deleteTree(modules);
    }

    private static void run(String tool, List<String> arguments) throws EnvironmentException {
        ToolProvider provider =
                ToolProvider.findFirst(tool)
                        .orElseThrow(() ->
                                new EnvironmentException(
                                        "this Java has no "
                                                + tool
                                                + ": a JDK is needed, a JRE is not enough",
                                        ""));
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output, true);
        if (provider.run(printer, printer, arguments.toArray(String[]::new)) != 0) {
            throw new EnvironmentException(
                    "could not link the Java runtime with " + tool, output.toString());
        }
    }
}
