// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.proxy.HandedSocket;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection to a WSGI application, which speaks WebSocket itself on a connection
 * that it is given. The input lasts until the application has returned. Thread-safe.
 */
public final class WsgiSocket implements InputTracker.Tracked, AutoCloseable {

    private final WebSocketExchange socket;
    private final HandedSocket handed;
    private final CompletableFuture<InputOutcome> returned = new CompletableFuture<>();

    private final Beginning beginning = new Beginning();

    private volatile long leftNanos;
    private volatile boolean cancelled;

    private WsgiSocket(WebSocketExchange socket, HandedSocket handed) {
        this.socket = socket;
        this.handed = handed;
    }

    static WsgiSocket open(WebSocketExchange socket) throws IOException {
        return new WsgiSocket(socket, HandedSocket.open(socket));
    }

    void deliver(Value handler) {
        if (!beginning.begin() || returned.isDone()) {
            return;
        }
        try {
            handler.executeVoid(
                    this, FlatHead.of(socket.head()), handed.port(), handed.token(), handed.key());
        } catch (IOException e) {
            end(new AppFailed(GuestFaults.error("HostError", String.valueOf(e), null, 0, "")));
        }
    }

    /** Carries messages until both the connection has ended and the application has returned. */
    InputOutcome serve() throws InterruptedException {
        InputOutcome outcome = handed.run();
        leftNanos = System.nanoTime() | 1;
        try {
            return returned.get() instanceof AppFailed failed ? failed : outcome;
        } catch (ExecutionException e) {
            throw new IllegalStateException("never completed with an exception", e);
        }
    }

    @Override
    public void end(InputOutcome outcome) {
        handed.end(outcome);
        returned.complete(outcome);
    }

    @Override
    public Beginning beginning() {
        return beginning;
    }

    /** A connection may last; an application that does not notice its end may not. */
    @Override
    public long startedNanos() {
        return leftNanos;
    }

    @Override
    public void cancel(InputOutcome outcome) {
        cancelled = true;
    }

    @Override
    public boolean unheard(long nowNanos) {
        return cancelled && !returned.isDone();
    }

    @Override
    public void close() {
        handed.close();
    }

    /**
     * The application has returned.
     *
     * @param well whether its connection may end without a goodbye, rather than having failed
     */
    @HostAccess.Export
    public void done(boolean well) {
        if (well) {
            handed.finish();
        }
        returned.complete(new Completed());
    }

    /** The application has failed. */
    @HostAccess.Export
    public void fail(
            String type, String message, @Nullable String file, int line, String traceback) {
        end(new AppFailed(GuestFaults.error(type, message, file, line, traceback)));
    }
}
