// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.GuestError;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Guest code failed while it was loaded, started or stopped. */
final class GuestFailure extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final transient GuestError error;

    GuestFailure(GuestError error, @Nullable Throwable cause) {
        super(error.summary(), cause);
        this.error = error;
    }

    GuestError error() {
        return error;
    }
}
