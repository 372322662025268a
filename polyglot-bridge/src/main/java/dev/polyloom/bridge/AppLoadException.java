// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.Serial;

/**
 * An app's source is at fault: syntax, a failing import, a missing package, a wrong declaration.
 */
public sealed class AppLoadException extends Exception permits ServerStartException {

    @Serial private static final long serialVersionUID = 1L;

    private final transient GuestError error;

    /** Creates the exception for an error in the app's source. */
    public AppLoadException(GuestError error) {
        super(error.summary());
        this.error = error;
    }

    /** What a person needs to mend the source. */
    public GuestError error() {
        return error;
    }
}
