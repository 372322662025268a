// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.runtimes;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.python.PythonRuntime;
import dev.polyloom.host.embed.HostConfig;
import dev.polyloom.host.embed.RuntimeProvider;
import dev.polyloom.python.PythonInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens the Python runtime over the installation that the launcher prepared. */
public final class PythonProvider implements RuntimeProvider {

    private static final System.Logger LOG = System.getLogger(PythonProvider.class.getName());

    private final AtomicReference<@Nullable FutureTask<PythonRuntime>> expected =
            new AtomicReference<>();

    /** For {@link java.util.ServiceLoader}. */
    public PythonProvider() {}

    @Override
    public Language language() {
        return Language.PYTHON;
    }

    @Override
    public void expect(List<Path> paths) {
        if (System.getProperty(PythonInstallation.PROPERTY) == null) {
            return;
        }
        var source = paths.stream().flatMap(PythonProvider::sources).findFirst();
        if (source.isPresent()) {
            var task =
                    new FutureTask<>(() -> {
                        var runtime = new PythonRuntime(installation());
                        runtime.expect(source.get());
                        return runtime;
                    });
            expected.set(task);
            Thread.ofPlatform().name("python-early-start").daemon(true).start(task);
        }
    }

    private static Stream<Path> sources(Path path) {
        if (!Files.isDirectory(path)) {
            return Stream.of(path).filter(PythonProvider::isPython);
        }
        try (var files = Files.list(path)) {
            return files.filter(PythonProvider::isPython).sorted().limit(1).toList().stream();
        } catch (IOException _) {
            return Stream.empty(); // The host says what is wrong with it.
        }
    }

    private static boolean isPython(Path file) {
        return file.toString().endsWith(".py");
    }

    @Override
    public AppRuntime open(HostConfig config) {
        PythonRuntime runtime = opened();
        if (!config.serverNetworks()) {
            runtime.shareNetwork();
        }
        if (!runtime.optimizing()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Python is interpreted, which is about a hundred times slower: this Java runs without the Graal"
                            + " compiler; start with ./polyloom");
        }
        return runtime;
    }

    private PythonRuntime opened() {
        var task = expected.getAndSet(null);
        if (task == null) {
            return new PythonRuntime(installation());
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Python was starting", e);
        }
    }

    private static PythonInstallation installation() {
        String file = System.getProperty(PythonInstallation.PROPERTY);
        if (file == null) {
            throw new IllegalStateException(
                    "Python is not prepared: start with ./polyloom, or set the system property "
                            + PythonInstallation.PROPERTY);
        }
        try {
            return PythonInstallation.read(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException("Python is not prepared: " + e.getMessage(), e);
        }
    }
}
