// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.IOException;
import java.io.Serial;

/** A client's frames break the protocol or a bound; the connection is closed with the code. */
final class WsFrameException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private final int code;

    WsFrameException(int code, String reason) {
        super(reason);
        this.code = code;
    }

    int code() {
        return code;
    }
}
