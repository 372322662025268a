// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import java.io.IOException;

/**
 * What carries a WebSocket: an HTTP/1 connection, or a stream of an HTTP/2 one. One thread reads;
 * writing is the caller's to order.
 */
interface WsTransport {

    /** What the client sends. */
    ByteSource source();

    /**
     * Answers the handshake.
     *
     * @param fields what the WebSocket has to say; the transport adds what is its own
     */
    void accept(Headers fields) throws IOException;

    /** Writes and flushes; blocks while the client is slow, within bounds. */
    void write(OutBuffer bytes) throws IOException;

    /** Likewise. */
    void write(byte[] bytes) throws IOException;

    /** The client has a short while to end its side. */
    void linger();

    /** Ends it at once. */
    void cut();
}
