// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.WebSocketExchange;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

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
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    /** Guarded by the lock. */
    private boolean draining;

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
            return run(dial(deadline), upstream -> new HttpRelay(exchange, upstream, deadline));
        } catch (IOException _) {
            return gone();
        }
    }

    /** Runs one WebSocket connection to its end. It may last: the timeout is for requests. */
    public InputOutcome serve(WebSocketExchange socket) throws InterruptedException {
        try {
            return run(dial(Long.MAX_VALUE), upstream -> new SocketRelay(socket, upstream));
        } catch (IOException _) {
            return gone();
        }
    }

    private InputOutcome gone() {
        return new NotBegun(server + " takes no connections any more");
    }

    private InputOutcome run(Upstream upstream, Function<Upstream, Relay> making)
            throws InterruptedException {
        Relay relay = making.apply(upstream);
        if (!enter(relay)) {
            upstream.close();
            return gone();
        }
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
            leave(relay);
        }
    }

    private boolean enter(Relay relay) {
        lock.lock();
        try {
            return !draining && inputs.add(relay);
        } finally {
            lock.unlock();
        }
    }

    private void leave(Relay relay) {
        lock.lock();
        try {
            inputs.remove(relay);
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further inputs, and waits for those in flight to end. */
    public void drain(Duration bound) throws InterruptedException {
        lock.lock();
        try {
            draining = true;
            long left = bound.toNanos();
            while (!inputs.isEmpty() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
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
