// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.Environment;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.EnvironmentSpec;
import dev.polyloom.python.EnvironmentSpec.Indexes;
import dev.polyloom.python.Environments;
import dev.polyloom.python.PythonInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The environment that our own Python sources are checked and tested with, pinned by a lock file.
 */
final class PythonTools {

    /** The module whose sources these are. */
    static final Path MODULE = Path.of("../python-compat").toAbsolutePath().normalize();

    private PythonTools() {}

    /** What was prepared for this build. */
    static PythonInstallation installation() throws IOException {
        return PythonInstallation.read(Path.of(System.getProperty(PythonInstallation.PROPERTY)));
    }

    /** The environment, installed if need be. */
    static Environment install() throws IOException, EnvironmentException, InterruptedException {
        try (InputStream lock = PythonTools.class.getResourceAsStream("tools.lock")) {
            String pinned = new String(lock.readAllBytes(), StandardCharsets.UTF_8);
            return new Environments(installation())
                    .ensure(
                            new EnvironmentSpec(List.of(), List.of(pinned), Indexes.USUAL, false),
                            _ -> {});
        }
    }
}
