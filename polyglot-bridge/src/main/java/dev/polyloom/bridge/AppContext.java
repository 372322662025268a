// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Map;
import java.util.Optional;

/** What the host lends to one app. Thread-safe. */
public interface AppContext {

    /** The values of a secret by its name, read each time an isolate starts. */
    Optional<Map<String, String>> secret(String name);

    /**
     * Takes a complete line that guest code printed.
     *
     * @param function the function's name, or the app's while its source is loading
     * @param error whether it went to standard error
     * @param line without its line end; bounded in length by the caller
     */
    void output(String function, boolean error, String line);

    /** Tells a person about long work, such as {@code installing boto3}. */
    void progress(String message);

    /** Whether the app is served for development: error answers then carry the guest traceback. */
    boolean development();

    /** Shows and changes how functions scale. */
    default FunctionControl control() {
        return FunctionControl.NONE;
    }
}
