// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.io.Serial;
import java.util.Map;

/** Ends a request with an error status and {@code {"detail": …}} as its body. */
public final class HttpError extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    /** An error with a status from 400 to 599 and what the client is told. */
    public HttpError(int status, String detail) {
        this(status, detail, Map.of());
    }

    /** An error with header fields, such as {@code WWW-Authenticate}. */
    public HttpError(int status, String detail, Map<String, String> headers) {
        super(detail);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
        this.status = status;
        this.headers = Map.copyOf(headers);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** The header fields. */
    public Map<String, String> headers() {
        return headers;
    }
}
