// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.WebSocketExchange.Event;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What the test language does with a WebSocket. */
final class TextSockets {

    private TextSockets() {}

    /**
     * Echoes; {@code deny} refuses; {@code push} sends until the client has gone and never asks;
     * {@code inject} tries to say more than one field; the text {@code bye} has the server close
     * with 4001.
     */
    static InputOutcome serve(String behaviour, WebSocketExchange socket)
            throws IOException, InterruptedException {
        if (behaviour.equals("deny")) {
            socket.deny(403, Headers.EMPTY, new byte[0]);
            return new InputOutcome.Completed();
        }
        if (behaviour.equals("inject")) {
            socket.accept(Optional.empty(), Headers.ofFlat("x-a", "b\r\nx-evil: 1"));
        }
        var offered = socket.subprotocols();
        socket.accept(
                offered.isEmpty() ? Optional.empty() : Optional.of(offered.getLast()),
                Headers.ofFlat("x-socket", "yes"));
        while (behaviour.equals("push")) {
            socket.send("tick");
            LockSupport.parkNanos(1_000_000);
        }
        while (true) {
            switch (socket.receive()) {
                case Event.Text(var text) -> {
                    if (text.equals("bye")) {
                        socket.close(4001, "so long");
                    } else {
                        socket.send(text);
                    }
                }
                case Event.Binary(var data) -> socket.send(data);
                case Event.Closed _ -> {
                    return new InputOutcome.Completed();
                }
            }
        }
    }
}
