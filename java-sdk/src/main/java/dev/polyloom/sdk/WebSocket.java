// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.io.IOException;
import java.util.List;

/**
 * One WebSocket connection. One thread receives at a time; any may send, and what two threads send
 * does not mix. Pings are answered by the host.
 */
public interface WebSocket {

    /** The request that opened it; its body is empty. */
    HttpRequest request();

    /** The subprotocols that the client offers, in its order. */
    List<String> subprotocols();

    /**
     * Accepts the connection. The first {@link #receive()} or {@code send} does so too.
     *
     * @throws IllegalStateException when it was accepted or refused
     */
    void accept() throws IOException;

    /**
     * Accepts the connection with one of the client's subprotocols.
     *
     * @throws IllegalStateException when it was accepted or refused
     */
    void accept(String subprotocol) throws IOException;

    /**
     * Refuses the connection with an HTTP status.
     *
     * @throws IllegalStateException when it was accepted or refused
     */
    void refuse(int status) throws IOException;

    /** The next message, or how the connection has ended; blocks. */
    Message receive() throws IOException, InterruptedException;

    /**
     * Sends a text; blocks while the client is slow.
     *
     * @throws IOException when the client has gone away
     */
    void send(String text) throws IOException;

    /**
     * Sends bytes; blocks while the client is slow.
     *
     * @throws IOException when the client has gone away
     */
    void send(byte[] data) throws IOException;

    /**
     * Closes the connection; a second call does nothing.
     *
     * @param code 1000 when all is well, 3000 to 4999 for the application's own reasons
     */
    void close(int code, String reason) throws IOException;

    /** What comes from the client. */
    sealed interface Message {

        /** A text. */
        record Text(String text) implements Message {}

        /** Bytes. */
        record Binary(byte[] data) implements Message {}

        /**
         * The connection has ended; nothing else comes.
         *
         * @param code the client's, 1005 when it gave none, 1006 when the connection broke
         * @param reason the client's words, often none
         */
        record Closed(int code, String reason) implements Message {}
    }
}
