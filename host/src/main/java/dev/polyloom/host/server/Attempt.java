// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.isolates.Lease;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to run a request on a replica. It begins in the thread that grants the lease, so that a
 * replica goes from one input to the next without waiting for a thread to wake up.
 */
final class Attempt implements Consumer<Lease<WebIsolate>> {

    private final HttpExchange exchange;
    private final boolean begins;
    private volatile WebIsolate.@Nullable Begun begun;

    /**
     * Makes one for one call of {@code acquire}.
     *
     * @param begins false for what is no request, but opens a WebSocket
     */
    Attempt(HttpExchange exchange, boolean begins) {
        this.exchange = exchange;
        this.begins = begins;
    }

    @Override
    public void accept(Lease<WebIsolate> lease) {
        if (begins) {
            begun = lease.isolate().begin(exchange, lease::close);
        }
    }

    /** Runs the request to its end on the calling thread, which holds the lease. */
    InputOutcome serve(Lease<WebIsolate> lease) throws InterruptedException {
        var running = begun;
        return running == null ? lease.isolate().serve(exchange) : running.serve();
    }
}
