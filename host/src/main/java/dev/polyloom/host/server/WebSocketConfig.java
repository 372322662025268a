// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.time.Duration;

/**
 * How the host speaks WebSocket. Immutable.
 *
 * @param messageBytesMax the longest message; beyond it the connection is closed with 1009
 * @param compression whether {@code permessage-deflate} is agreed to
 * @param pingInterval how long a client may be silent before it is asked whether it is there; zero
 *     for never
 * @param pingTimeout how long it may take to answer
 */
public record WebSocketConfig(
        int messageBytesMax, boolean compression, Duration pingInterval, Duration pingTimeout) {

    /** What holds unless told otherwise. */
    public static final WebSocketConfig DEFAULT =
            new WebSocketConfig(2 << 20, true, Duration.ofSeconds(20), Duration.ofSeconds(20));
}
