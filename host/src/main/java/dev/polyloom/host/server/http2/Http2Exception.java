// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.IOException;
import java.io.Serial;

/**
 * A peer's frames break the protocol or a bound; the connection, or one stream, ends with the code.
 */
final class Http2Exception extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private final int stream;
    private final int code;

    /** The connection ends. */
    Http2Exception(int code, String detail) {
        this(0, code, detail);
    }

    /** The stream ends. */
    Http2Exception(int stream, int code, String detail) {
        super(detail);
        this.stream = stream;
        this.code = code;
    }

    /** The stream that ends, 0 when the connection does. */
    int stream() {
        return stream;
    }

    int code() {
        return code;
    }
}
