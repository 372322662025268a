// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds environments and finds the ones built before. Thread-safe; several processes may ask for
 * the same environment at once, one of them builds it.
 *
 * <p>The base packages come from a committed lock file that pins every version and hash. An
 * environment that asks for more is built on top of them; when the two do not fit together, what
 * was asked for wins and only the base packages' names stay required.
 */
public final class Environments {

    private static final String BASE = "base.in";
    private static final String BASE_LOCK = "base.lock";
    private static final String CONSTRAINTS = "graalpy.constraints";
    private static final String BUILD_LOCK = "build.lock";
    private static final Duration UV_WAIT = Duration.ofMinutes(20);

    private final CacheFolder cache;
    private final Path uv;
    private final Path graalpy;

    Environments(CacheFolder cache, Path uv, Path graalpy) {
        this.cache = cache;
        this.uv = uv;
        this.graalpy = graalpy;
    }

    /** Environments for an installed Python. */
    public Environments(PythonInstallation installation) {
        this(installation.cache(), installation.uv(), installation.graalpy());
    }

    /**
     * The environment with nothing but the base packages.
     *
     * @param progress told one line for each long step
     * @throws EnvironmentException when it cannot be built
     * @throws InterruptedException when the caller gives up; nothing is left behind
     */
    public Environment base(Consumer<String> progress)
            throws EnvironmentException, InterruptedException {
        return ensure(EnvironmentSpec.BASE, progress);
    }

    /**
     * Returns the environment that holds what is asked for, building it first when it is missing.
     * Blocks, at most about an hour.
     *
     * @param progress told one line for each long step
     * @throws EnvironmentException when it cannot be built, with what uv said
     * @throws InterruptedException when the caller gives up; nothing is left behind
     */
    public Environment ensure(EnvironmentSpec spec, Consumer<String> progress)
            throws EnvironmentException, InterruptedException {
        try {
            return new Environment(
                    cache.ensure(
                            "env/" + key(spec),
                            progress,
                            (building, published) -> {
                                progress.accept(title(spec));
                                build(spec, building, published, progress);
                            }));
        } catch (IOException e) {
            throw new EnvironmentException(
                    "could not write an environment under " + cache.root(), "", e);
        }
    }

    private String key(EnvironmentSpec spec) throws IOException {
        ContentHash hash = new ContentHash().add(graalpy.toString());
        for (String name : List.of(BASE, BASE_LOCK, BUILD_LOCK, "uv.properties")) {
            hash.add(Resources.text(name));
        }
        if (!spec.asksNothing()) {
            hash.add(Resources.text(CONSTRAINTS));
        }
        spec.addTo(hash);
        return hash.key();
    }

    private static String title(EnvironmentSpec spec) {
        if (spec.asksNothing()) {
            return "installing the base Python packages";
        }
        return "installing "
                + (spec.packages().isEmpty()
                        ? "the packages of requirements.txt"
                        : String.join(", ", spec.packages()));
    }

    private void build(
            EnvironmentSpec spec, Path building, Path published, Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        Path asked = Files.createDirectory(building.resolve(".asked"));
        for (String name : List.of(BASE, BASE_LOCK, BUILD_LOCK, CONSTRAINTS)) {
            Files.writeString(asked.resolve(name), Resources.text(name));
        }
        run(
                "create a virtual environment",
                building,
                List.of(
                        "venv",
                        "--no-project",
                        "--relocatable",
                        "--allow-existing",
                        "--python",
                        graalpy.toString(),
                        building.toString()));
        Environment environment = new Environment(building);
        run(
                "install the base Python packages",
                building,
                pip(
                        environment,
                        "--require-hashes",
                        "--build-constraints",
                        asked.resolve(BUILD_LOCK).toString(),
                        "-r",
                        asked.resolve(BASE_LOCK).toString()));
        if (!spec.asksNothing()) {
            install(spec, environment, asked, progress);
        }
        PythonInstaller.precompile(
                environment.python(),
                environment.sitePackages(),
                new Environment(published).sitePackages());
    }

    private void install(
            EnvironmentSpec spec, Environment environment, Path asked, Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        List<String> wanted = new ArrayList<>();
        wanted.addAll(spec.options());
        Path packages = asked.resolve("packages.in");
        Files.write(packages, spec.packages());
        wanted.addAll(List.of("-r", packages.toString()));
        for (int i = 0; i < spec.requirements().size(); i++) {
            Path file = asked.resolve("requirements-" + i + ".txt");
            Files.writeString(file, spec.requirements().get(i));
            wanted.addAll(List.of("-r", file.toString()));
        }
        LeftOut leftOut = new LeftOut(spec);
        while (true) {
            List<String> all = new ArrayList<>(wanted);
            all.addAll(leftOut.options(asked));
            try {
                install(environment, asked, all, leftOut);
                leftOut.write(environment.folder());
                return;
            } catch (EnvironmentException failure) {
                String without = leftOut.next(failure).orElseThrow(() -> failure);
                progress.accept(
                        "going on without "
                                + without
                                + ", whose native code cannot be built; using it will raise");
            }
        }
    }

    private void install(Environment environment, Path asked, List<String> wanted, LeftOut leftOut)
            throws EnvironmentException, IOException, InterruptedException {
        String purpose = "install the Python packages asked for";
        List<String> runnable = new ArrayList<>(wanted);
        runnable.addAll(List.of("-c", asked.resolve(CONSTRAINTS).toString()));
        try {
            run(purpose, asked, pip(environment, runnable, "-c", asked.resolve(BASE_LOCK)));
        } catch (EnvironmentException failure) {
            if (leftOut.blamed(failure).isPresent()) {
                // Its build would fail whatever else is installed, after minutes.
                throw failure;
            }
            // Another version of a base package may be asked for on purpose, or even one that is
            // not known to run.
            try {
                run(purpose, asked, pip(environment, runnable, "-r", asked.resolve(BASE)));
            } catch (EnvironmentException _) {
                run(purpose, asked, pip(environment, wanted, "-r", asked.resolve(BASE)));
            }
        }
    }

    private static List<String> pip(
            Environment environment, List<String> wanted, String option, Path file) {
        List<String> arguments = new ArrayList<>(pip(environment, option, file.toString()));
        arguments.addAll(wanted);
        return arguments;
    }

    private static List<String> pip(Environment environment, String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of("pip", "install", "--python", environment.python().toString()));
        arguments.addAll(List.of(options));
        return arguments;
    }

    private void run(String purpose, Path folder, List<String> arguments)
            throws EnvironmentException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(uv.toString(), "--no-progress"));
        command.addAll(arguments);
        new Program(command, folder, UV_WAIT)
                .with(
                        Map.of(
                                "UV_CACHE_DIR", cache.resolve("uv/cache").toString(),
                                "UV_PYTHON_DOWNLOADS", "never",
                                "NO_COLOR", "1"))
                .run(purpose);
    }
}
