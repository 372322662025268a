// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.util.Map;

/**
 * Where a context finds its interpreter's files and packages. Immutable.
 *
 * @param options GraalPy options such as {@code python.Executable} and {@code python.PythonPath}
 * @param environment variables every context starts with, such as {@code PATH} to the environment's
 *     programs
 */
record PythonPlace(Map<String, String> options, Map<String, String> environment) {

    PythonPlace {
        options = Map.copyOf(options);
        environment = Map.copyOf(environment);
    }
}
