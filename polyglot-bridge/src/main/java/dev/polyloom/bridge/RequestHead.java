// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Optional;

/**
 * The head of a request. Immutable. Strings that carry raw bytes are ISO-8859-1.
 *
 * @param id the request id, also in {@code X-Request-Id}
 * @param method upper case
 * @param scheme {@code http} or {@code https} ({@code ws}, {@code wss} for WebSocket)
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2}
 * @param rawPath the path as it came, percent-encoded, with {@code rootPath} in front
 * @param rawQuery the query without its question mark; empty when there is none
 * @param rootPath the prefix under which the function is mounted, such as {@code
 *     /hello-square-dev}; empty at the root
 * @param headers names in lower case
 * @param client the peer, or the forwarded client behind a trusted proxy
 * @param server the address that was reached
 */
public record RequestHead(
        String id,
        String method,
        String scheme,
        String httpVersion,
        String rawPath,
        String rawQuery,
        String rootPath,
        Headers headers,
        Optional<Endpoint> client,
        Endpoint server) {

    /** An address and port. */
    public record Endpoint(String host, int port) {}
}
