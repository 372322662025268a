// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.Isolate;
import org.jspecify.annotations.Nullable;

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
     * Lets one request begin without the thread that is to serve it, where the isolate can do that.
     * Returns at once; any thread may call it.
     *
     * @param thread will serve it, and is unparked when there is something to do for it
     * @param left is run by any thread, perhaps more than once, when the code is done with the
     *     input although the response may still be on its way: the isolate can take another one
     *     then. Must return at once
     * @return what has begun, on which {@link Begun#serve} must be called; null when only {@link
     *     #serve(HttpExchange)} can run it
     */
    default @Nullable Begun begin(HttpExchange exchange, Thread thread, Runnable left) {
        return null;
    }

    /** A request that has begun. */
    interface Begun {

        /** Does the rest of what {@link WebIsolate#serve(HttpExchange)} does. To be called once. */
        InputOutcome serve() throws InterruptedException;
    }

    /**
     * Runs one WebSocket connection to its end, likewise.
     *
     * @throws InterruptedException when the host stops; the connection is closed
     */
    InputOutcome serve(WebSocketExchange socket) throws InterruptedException;
}
