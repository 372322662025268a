// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.runtimes;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.python.PythonRuntime;
import dev.polyloom.host.embed.HostConfig;
import dev.polyloom.host.embed.RuntimeProvider;
import dev.polyloom.python.PythonInstallation;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the Python runtime over the installation that the launcher prepared. */
public final class PythonProvider implements RuntimeProvider {

    private static final System.Logger LOG = System.getLogger(PythonProvider.class.getName());

    /** For {@link java.util.ServiceLoader}. */
    public PythonProvider() {}

    @Override
    public Language language() {
        return Language.PYTHON;
    }

    @Override
    public AppRuntime open(HostConfig config) {
        PythonRuntime runtime = new PythonRuntime(installation());
        if (!runtime.optimizing()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Python is interpreted, which is about a hundred times slower: this Java runs without the Graal"
                            + " compiler; start with ./polyloom");
        }
        return runtime;
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
