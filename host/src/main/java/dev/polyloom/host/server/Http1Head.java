// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import java.util.Optional;

/**
 * The head of an HTTP/1 request. Immutable.
 *
 * @param method as it came
 * @param rawPath the target's path, percent-encoded
 * @param rawQuery the target's query, empty when there is none
 * @param minor 0 for HTTP/1.0, 1 for HTTP/1.1
 * @param headers the fields, names in lower case
 * @param contentLength the body's length, 0 when there is none, -1 when it is chunked
 * @param keepAlive whether the client wants to use the connection again
 * @param expectsContinue whether it waits for a sign before it sends the body
 * @param upgrade the protocol it wants to change to, in lower case
 */
record Http1Head(
        String method,
        String rawPath,
        String rawQuery,
        int minor,
        Headers headers,
        long contentLength,
        boolean keepAlive,
        boolean expectsContinue,
        Optional<String> upgrade) {

    /** The body's length when it comes in chunks. */
    static final long CHUNKED = -1;
}
