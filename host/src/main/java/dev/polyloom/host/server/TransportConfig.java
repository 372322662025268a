// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/**
 * How the public listener speaks below the level of requests. Immutable.
 *
 * @param webSocket the limits of WebSockets
 */
public record TransportConfig(WebSocketConfig webSocket) {

    /** What holds unless told otherwise. */
    public static final TransportConfig DEFAULT = new TransportConfig(WebSocketConfig.DEFAULT);
}
