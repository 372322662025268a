// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.Optional;

/**
 * How the public listener speaks below the level of requests. Immutable.
 *
 * @param webSocket the limits of WebSockets
 * @param tls the certificate, none to speak without encryption
 */
public record TransportConfig(WebSocketConfig webSocket, Optional<TlsConfig> tls) {

    /** What holds unless told otherwise. */
    public static final TransportConfig DEFAULT =
            new TransportConfig(WebSocketConfig.DEFAULT, Optional.empty());

    /** The scheme of URLs. */
    public String scheme() {
        return tls.isPresent() ? "https" : "http";
    }
}
