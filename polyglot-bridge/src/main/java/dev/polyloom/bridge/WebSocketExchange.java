// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One WebSocket connection, as the host lends it to an isolate.
 *
 * <p>{@link #receive()} may block in one thread while another sends; otherwise confined to the
 * thread that serves it.
 */
public interface WebSocketExchange {

    /** The head of the opening handshake. */
    RequestHead head();

    /** The subprotocols the client offers, in its order. */
    List<String> subprotocols();

    /** Completes the handshake. */
    void accept(Optional<String> subprotocol, Headers headers) throws IOException;

    /** Refuses the handshake with an HTTP response; 403 without a body is the rule. */
    void deny(int status, Headers headers, byte[] body) throws IOException;

    /** The next event from the client; blocks. After {@link Event.Closed} there is none. */
    Event receive() throws IOException, InterruptedException;

    /**
     * Asks for the next event, which is handed over, once and in any thread, when there is one. One
     * at a time, and not beside {@link #receive()}.
     */
    void receive(Consumer<Event> then);

    /** Sends a text message. */
    void send(String text) throws IOException;

    /** Sends a binary message. */
    void send(byte[] data) throws IOException;

    /** Starts the close handshake; a second call does nothing. */
    void close(int code, String reason) throws IOException;

    /** What comes from the client. */
    sealed interface Event {
        /** A text message. */
        record Text(String text) implements Event {}

        /** A binary message. */
        record Binary(byte[] data) implements Event {}

        /** The connection has ended; 1005 without a code, 1006 without a close handshake. */
        record Closed(int code, String reason) implements Event {}
    }
}
