// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.IOException;
import java.io.Serial;

/** A request body exceeded the configured limit; the host answers 413. */
public final class BodyTooLargeException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** Creates the exception with the limit in bytes. */
    public BodyTooLargeException(long limitBytes) {
        super("the request body is larger than " + limitBytes + " bytes");
    }
}
