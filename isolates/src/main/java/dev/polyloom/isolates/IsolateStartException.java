// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.io.Serial;

/** An isolate's user code failed to start. The message is for the function's author. */
public final class IsolateStartException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception with a message for the function's author and the underlying fault.
     *
     * @param message what the function's author is told
     * @param cause what went wrong
     */
    public IsolateStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
