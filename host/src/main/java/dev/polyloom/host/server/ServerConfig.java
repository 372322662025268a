// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.time.Duration;
import java.util.Set;

/**
 * How the host listens. Immutable.
 *
 * @param host the public listener's address
 * @param port its port, 0 to have one picked
 * @param adminHost the admin listener's address
 * @param adminPort its port, 0 to have one picked
 * @param bodyBytesMax the longest request body
 * @param headerBytesMax the longest request head
 * @param trustedProxies the addresses whose {@code X-Forwarded-*} headers are believed; {@code *}
 *     for any
 * @param development whether error answers tell the guest's traceback, and answers how long they
 *     took
 * @param accessLog whether each request is told to the terminal
 * @param grace how long requests in flight may take when the host stops
 * @param transport what is below requests
 */
public record ServerConfig(
        String host,
        int port,
        String adminHost,
        int adminPort,
        long bodyBytesMax,
        int headerBytesMax,
        Set<String> trustedProxies,
        boolean development,
        boolean accessLog,
        Duration grace,
        TransportConfig transport) {

    /** Copies the set. */
    public ServerConfig {
        trustedProxies = Set.copyOf(trustedProxies);
    }
}
