// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.Isolate;

/** An isolate that serves HTTP requests and WebSocket connections of one function. Thread-safe. */
public interface WebIsolate extends Isolate {

    /**
     * Runs one request to its end on the calling virtual thread, which does all reading and writing
     * of the exchange. Guest code runs where the isolate decides. Bounded by the function's
     * timeout.
     *
     * @return how it went; the exchange has been answered only where the outcome says so
     * @throws InterruptedException when the host stops; the input is cancelled
     */
    InputOutcome serve(HttpExchange exchange) throws InterruptedException;

    /**
     * Runs one WebSocket connection to its end, likewise.
     *
     * @throws InterruptedException when the host stops; the connection is closed
     */
    InputOutcome serve(WebSocketExchange socket) throws InterruptedException;
}
