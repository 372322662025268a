// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import java.io.Serial;

/** A path on the command line cannot be served. The message is for the person who gave it. */
public final class AppSourceException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    AppSourceException(String message) {
        super(message);
    }
}
