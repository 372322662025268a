// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.Serial;

/** A server's WebSocket message is larger than any may be. */
final class TooBigException extends BadGatewayException {

    @Serial private static final long serialVersionUID = 1L;

    TooBigException(int bytesMax) {
        super("the server sent a message larger than " + bytesMax + " bytes");
    }
}
