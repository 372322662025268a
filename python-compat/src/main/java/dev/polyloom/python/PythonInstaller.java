// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Prepares everything a Python context needs: GraalPy's home with its compiled standard library, a
 * launcher for it, uv, the base environment and our own Python sources. Thread-safe; what is there
 * already is only looked up.
 */
public final class PythonInstaller {

    private static final String PRECOMPILE = "precompile.py";
    private static final Duration COMPILE_WAIT = Duration.ofMinutes(20);

    private final CacheFolder cache;
    private final PythonCommand command;

    /** An installer into the cache folder that starts GraalPy as the command says. */
    public PythonInstaller(CacheFolder cache, PythonCommand command) {
        this.cache = cache;
        this.command = command;
    }

    /**
     * Installs what is missing.
     *
     * @param progress told one line for each long step
     * @throws EnvironmentException when something cannot be downloaded, resolved or written
     * @throws InterruptedException when the caller gives up; what was whole by then is kept
     */
    public PythonInstallation install(Consumer<String> progress)
            throws EnvironmentException, InterruptedException {
        try {
            Path home = home(progress);
            Path graalpy = launcher(home);
            Path uv = new UvTool(cache, System.getenv()).ensure(progress);
            Environments environments = new Environments(cache, uv, graalpy);
            Environment base = environments.base(progress);
            Path guest = new GuestSources(cache, graalpy).materialise(progress);
            return new PythonInstallation(cache, graalpy, uv, resources(home), guest, base);
        } catch (IOException e) {
            throw new EnvironmentException("could not prepare Python under " + cache.root(), "", e);
        }
    }

    private Path home(Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        if (command.jars().stream().noneMatch(jar -> jar.toString().contains("python-launcher"))) {
            throw new EnvironmentException("the class path lacks GraalPy's python-launcher", "");
        }
        List<Path> jars = new JarStore(cache).keep(command.jars());
        ContentHash hash = new ContentHash().add(command.javaHome().toRealPath().toString());
        command.options().forEach(hash::add);
        jars.forEach(jar -> hash.add(jar.toString()));
        hash.add(Resources.text(PRECOMPILE));
        return cache.ensure(
                "python/" + hash.key(),
                progress,
                (building, published) -> {
                    progress.accept("unpacking and compiling Python's standard library");
                    build(building, published, jars);
                });
    }

    private void build(Path building, Path published, List<Path> jars)
            throws EnvironmentException, IOException, InterruptedException {
        Files.writeString(building.resolve(PRECOMPILE), Resources.text(PRECOMPILE));
        writeLauncher(building, resources(building), jars);
        new Program(
                        List.of(
                                launcher(building).toString(),
                                building.resolve(PRECOMPILE).toString(),
                                "--standard-library",
                                resources(building).toString(),
                                resources(published).toString()),
                        building,
                        COMPILE_WAIT)
                .run("start Python and compile its standard library");
        writeLauncher(building, resources(published), jars);
    }

    private void writeLauncher(Path home, Path resources, List<Path> jars) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(command.javaHome().toRealPath().resolve("bin/java").toString());
        words.addAll(command.options());
        words.add("-Dpolyglot.engine.userResourceCache=" + resources);
        words.add("-cp");
        words.add(
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        String quoted =
                words.stream().map(PythonInstaller::quoted).collect(Collectors.joining(" \\\n  "));
        Path script = launcher(home);
        Files.createDirectories(script.getParent());
        Files.writeString(
                script,
                "#!/bin/sh\nexec "
                        + quoted
                        + " \\\n  -Dorg.graalvm.launcher.executablename=\"$0\""
                        + " com.oracle.graal.python.shell.GraalPythonMain \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static Path launcher(Path home) {
        return home.resolve("bin/graalpy");
    }

    private static Path resources(Path home) {
        return home.resolve("resources");
    }

    /** Compiles the sources of a folder that have no compiled form yet. */
    static void precompile(Path python, Path folder, Path published)
            throws EnvironmentException, IOException, InterruptedException {
        Path graalpy = python.toRealPath();
        Path script = graalpy.resolveSibling("../" + PRECOMPILE).normalize();
        new Program(
                        List.of(
                                graalpy.toString(),
                                script.toString(),
                                "--sources",
                                folder.toString(),
                                published.toString()),
                        folder,
                        COMPILE_WAIT)
                .run("compile the Python sources of " + folder);
    }
}
