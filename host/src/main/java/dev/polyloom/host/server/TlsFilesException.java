// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.Serial;

/** A certificate or key cannot be used; its message says which and why. */
public final class TlsFilesException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    TlsFilesException(String message, Throwable cause) {
        super(message, cause);
    }

    TlsFilesException(String message) {
        super(message);
    }
}
