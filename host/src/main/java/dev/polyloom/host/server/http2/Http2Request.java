// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import dev.polyloom.bridge.Headers;
import java.util.Optional;

/**
 * The head of a request. Immutable.
 *
 * @param method as it came
 * @param scheme {@code http} or {@code https}, as the client says
 * @param path the path and query, as they came; empty for a plain {@code CONNECT}
 * @param protocol what an extended {@code CONNECT} wants to speak
 * @param headers the fields, {@code host} before all others
 * @param contentLength the body's length, 0 when there is none, -1 when it is not known
 * @param tooLarge whether some fields were dropped because there were too many
 */
public record Http2Request(
        String method,
        String scheme,
        String path,
        Optional<String> protocol,
        Headers headers,
        long contentLength,
        boolean tooLarge) {}
