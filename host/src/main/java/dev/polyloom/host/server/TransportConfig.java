// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.Optional;

/**
 * How the public listener speaks below the level of requests. Immutable.
 *
 * @param webSocket the limits of WebSockets
 * @param tls the certificate, none to speak without encryption
 * @param compression whether responses are compressed for clients that take that
 */
public record TransportConfig(
        WebSocketConfig webSocket, Optional<TlsConfig> tls, boolean compression) {

    /** What holds unless told otherwise. */
    public static final TransportConfig DEFAULT =
            new TransportConfig(WebSocketConfig.DEFAULT, Optional.empty(), true);

    /** The scheme of URLs. */
    public String scheme() {
        return tls.isPresent() ? "https" : "http";
    }
}
