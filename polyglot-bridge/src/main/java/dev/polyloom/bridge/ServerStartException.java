// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.Serial;

/** The server of a function never listened on its port. */
public final class ServerStartException extends AppLoadException {

    @Serial private static final long serialVersionUID = 1L;

    private final boolean timedOut;

    /**
     * Creates the exception.
     *
     * @param error what the function's author is told, with what the server printed
     * @param timedOut whether it was waited for as long as it may take, rather than that it ended
     */
    public ServerStartException(GuestError error, boolean timedOut) {
        super(error);
        this.timedOut = timedOut;
    }

    /** Whether it was waited for as long as it may take, rather than that it ended. */
    public boolean timedOut() {
        return timedOut;
    }
}
