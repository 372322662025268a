// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.WebSocketExchange;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Carries inputs to a server behind a port: requests and answers stream both ways as they come,
 * nothing is followed, decoded or kept. Each input has a connection of its own. Thread-safe.
 */
public final class PortProxy {

    /** A server that starts itself anew when its files change is away for a moment. */
    private static final long AWAY_MAX_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Dialer dialer;
    private final String server;
    private final Duration timeout;
    private final BooleanSupplier alive;
    private final Set<Relay> inputs = ConcurrentHashMap.newKeySet();

    /**
     * Creates a proxy.
     *
     * @param server what it is called in messages, such as {@code the server on port 8000}
     * @param timeout how long a request may run
     * @param alive whether the server can still come back when it does not answer
     */
    public PortProxy(Dialer dialer, String server, Duration timeout, BooleanSupplier alive) {
        this.dialer = dialer;
        this.server = server;
        this.timeout = timeout;
        this.alive = alive;
    }

    /** Runs one request to its end. */
    public InputOutcome serve(HttpExchange exchange) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            return run(new HttpRelay(exchange, dial(deadline), deadline));
        } catch (IOException _) {
            return gone();
        }
    }

    /** Runs one WebSocket connection to its end. It may last: the timeout is for requests. */
    public InputOutcome serve(WebSocketExchange socket) throws InterruptedException {
        try {
            return run(new SocketRelay(socket, dial(Long.MAX_VALUE)));
        } catch (IOException _) {
            return gone();
        }
    }

    private InputOutcome gone() {
        return new IsolateLost(server + " takes no connections any more");
    }

    private InputOutcome run(Relay relay) throws InterruptedException {
        inputs.add(relay);
        try {
            InputOutcome outcome = relay.run();
            if (outcome instanceof InputOutcome.AppFailed && !listens()) {
                return new IsolateLost(server + " has ended");
            }
            return outcome;
        } catch (InterruptedException e) {
            relay.end(new IsolateLost("the host stops"));
            throw e;
        } finally {
            inputs.remove(relay);
        }
    }

    private Upstream dial(long deadline) throws IOException, InterruptedException {
        long patience = Math.min(deadline, System.nanoTime() + AWAY_MAX_NANOS);
        while (true) {
            try {
                return new Upstream(dialer.dial());
            } catch (IOException e) {
                if (!alive.getAsBoolean() || System.nanoTime() > patience) {
                    throw e;
                }
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Whether anyone takes connections on the port. */
    public boolean listens() {
        try (SocketChannel _ = dialer.dial()) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Ends requests that have run too long. */
    public void enforceTimeout(long nowNanos) {
        for (Relay input : inputs) {
            long deadline = input.deadlineNanos();
            if (deadline != Long.MAX_VALUE && deadline - nowNanos < 0) {
                input.overdue(timeout);
            }
        }
    }

    /** Ends all inputs in flight. */
    public void endAll(InputOutcome outcome) {
        inputs.forEach(input -> input.end(outcome));
    }
}
