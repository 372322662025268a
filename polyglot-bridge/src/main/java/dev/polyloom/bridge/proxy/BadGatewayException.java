// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.io.Serial;

/** The server behind the port broke off, or said something that is not HTTP. */
sealed class BadGatewayException extends IOException permits TooBigException {

    @Serial private static final long serialVersionUID = 1L;

    BadGatewayException(String message) {
        super(message);
    }

    BadGatewayException(String message, IOException cause) {
        super(message, cause);
    }
}
