// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.CacheFolder;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.FileTrees;
import dev.polyloom.python.JarStore;
import dev.polyloom.python.PythonCommand;
import dev.polyloom.python.PythonInstallation;
import dev.polyloom.python.PythonInstaller;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prepares everything the host runs from and writes down how to start it. Confined to one thread.
 *
 * <p>Into the folder it is given go {@code host.args} (for {@code java @host.args}), {@code
 * test.args} (the same without a class path), {@code java} (the path of the program to start),
 * {@code aot} (that of its AOT cache, if there is one), {@code jdk} (a link to the runtime image)
 * and {@code python.properties}.
 */
final class Prepare {

    private static final Pattern COMPILER =
            Pattern.compile("(compiler|truffle-compiler|word|collections)-\\d.*\\.jar");

    private final CacheFolder cache;
    private final Path folder;
    private final Consumer<String> progress;

    Prepare(CacheFolder cache, Path folder, Consumer<String> progress) {
        this.cache = cache;
        this.folder = folder.toAbsolutePath();
        this.progress = progress;
    }

    /**
     * Prepares what is missing, all but the training.
     *
     * @param hostJar the host's own jar
     * @param classPath the file the build wrote the host's class path to
     */
    Launch run(Path hostJar, Path classPath)
            throws EnvironmentException, IOException, InterruptedException {
        List<Path> all = new ArrayList<>();
        all.add(hostJar.toAbsolutePath());
        Stream.of(Files.readString(classPath).strip().split(File.pathSeparator))
                .map(Path::of)
                .forEach(all::add);
        List<Path> compiler = all.stream().filter(Prepare::ofCompiler).toList();
        if (compiler.size() != Launch.COMPILER_MODULES.size()) {
            throw new IOException(classPath + " does not list the Graal compiler's jars");
        }
        RuntimeImage image = RuntimeImage.ensure(cache, compiler, progress);
        List<Path> jars =
                new JarStore(cache).keep(all.stream().filter(jar -> !ofCompiler(jar)).toList());
        PythonInstallation python =
                new PythonInstaller(cache, PythonCommand.onImage(image.home(), jars))
                        .install(progress);
        Path properties = folder.resolve("python.properties");
        python.write(properties);
        Launch launch = new Launch(image, jars, properties, Optional.empty());
        Launch.writeArguments(folder.resolve("test.args"), launch.options());
        link(folder.resolve("jdk"), image.home());
        return launch;
    }

    /** Trains the host and writes down how to start it. */
    void train(Launch launch) throws IOException, InterruptedException {
        Launch trained = trained(launch);
        Launch.writeArguments(folder.resolve("host.args"), trained.arguments());
        FileTrees.replace(
                folder.resolve("aot"), trained.aotCache().map(Path::toString).orElse("") + "\n");
        FileTrees.replace(folder.resolve("java"), launch.image().java() + "\n");
        FileTrees.replace(folder.resolve("cache"), cache.root() + "\n");
    }

    private Launch trained(Launch launch) throws IOException, InterruptedException {
        if (System.getenv().getOrDefault("POLYLOOM_TRAINING", "on").equals("off")) {
            return launch;
        }
        try {
            return launch.with(new AotCache(cache, launch, progress).ensure());
        } catch (TrainingException e) {
            progress.accept("the training failed, so that starts are slower: " + e.getMessage());
            return launch;
        }
    }

    private static boolean ofCompiler(Path jar) {
        return COMPILER.matcher(jar.getFileName().toString()).matches();
    }

    private static void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return;
        }
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: Prepare HOST-JAR CLASS-PATH-FILE FOLDER");
            System.exit(2);
        }
        try {
            Prepare prepare =
                    new Prepare(
                            CacheFolder.chosen(),
                            Path.of(arguments[2]),
                            line -> System.err.println("polyloom: " + line));
            Launch launch = prepare.run(Path.of(arguments[0]), Path.of(arguments[1]));
            prepare.train(launch);
        } catch (EnvironmentException e) {
            System.err.println("polyloom: " + e.getMessage());
            System.exit(1);
        }
    }
}
