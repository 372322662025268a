// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.isolates.Lease;
import dev.polyloom.isolates.Starter;
import org.jspecify.annotations.Nullable;

/**
 * One try to run a request on a replica. It begins in the thread that grants the lease, so that a
 * replica goes from one input to the next without waiting for a thread to wake up.
 */
final class Attempt implements Starter<WebIsolate> {

    private final HttpExchange exchange;
    private final boolean begins;
    private final Thread thread = Thread.currentThread();
    private volatile WebIsolate.@Nullable Begun begun;

    /**
     * Made by the thread that is to run it, for one call of {@code acquire}.
     *
     * @param begins false for what is no request, but opens a WebSocket
     */
    Attempt(HttpExchange exchange, boolean begins) {
        this.exchange = exchange;
        this.begins = begins;
    }

    @Override
    public boolean begin(Lease<WebIsolate> lease) {
        begun = begins ? lease.isolate().begin(exchange, thread, lease::close) : null;
        return begun != null;
    }

    /** Runs the request to its end on the calling thread, which holds the lease. */
    InputOutcome serve(Lease<WebIsolate> lease) throws InterruptedException {
        var running = begun;
        return running == null ? lease.isolate().serve(exchange) : running.serve();
    }
}
