// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.WebSocketExchange.Event.Binary;
import dev.polyloom.bridge.WebSocketExchange.Event.Closed;
import dev.polyloom.bridge.WebSocketExchange.Event.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection on its way through an isolate; threads as in {@link GuestExchange}.
 * Events come in the thread that reads them, one each time the guest asks.
 */
public final class GuestSocket implements InputTracker.Tracked {

    private static final long PENDING_BYTES_MAX = 65_536;

    /** What guest code wants done. */
    private sealed interface Command {
        record Act(Action action, long bytes) implements Command {}

        record Ended(InputOutcome outcome) implements Command {}
    }

    private interface Action {
        void run() throws IOException;
    }

    private final WebSocketExchange socket;
    private final Mailbox mailbox;
    private final EventQueue<Command> commands = new EventQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Beginning beginning = new Beginning();
    private volatile boolean starved;
    private volatile boolean gone;
    private @Nullable Value cycle;

    GuestSocket(WebSocketExchange socket, Mailbox mailbox) {
        this.socket = socket;
        this.mailbox = mailbox;
    }

    void deliver(Value onSocket, String head) {
        if (!beginning.begin() || ended.get()) {
            return;
        }
        cycle = onSocket.execute(this, head, String.join("\0", socket.subprotocols()));
    }

    /** Carries out what the guest asks for until the connection has ended. */
    InputOutcome serve() throws InterruptedException {
        while (true) {
            switch (commands.take()) {
                case Command.Act(Action action, long bytes) -> {
                    act(action);
                    if (pendingBytes.addAndGet(-bytes) <= PENDING_BYTES_MAX && starved) {
                        starved = false;
                        notifyGuest("on_drained");
                    }
                }
                case Command.Ended(InputOutcome outcome) -> {
                    return outcome;
                }
            }
        }
    }

    private void act(Action action) {
        if (gone) {
            return;
        }
        try {
            action.run();
        } catch (IOException _) {
            gone = true;
            notifyGuest("on_gone");
        }
    }

    private void notifyGuest(String method, Object... arguments) {
        mailbox.post(() -> {
            if (cycle != null) {
                cycle.invokeMember(method, arguments);
            }
        });
    }

    private void enqueue(Action action, long bytes) {
        commands.put(new Command.Act(action, bytes));
    }

    @Override
    public void end(InputOutcome outcome) {
        if (ended.compareAndSet(false, true)) {
            commands.put(new Command.Ended(outcome));
        }
    }

    @Override
    public Beginning beginning() {
        return beginning;
    }

    /** A connection may last: the function's timeout bounds requests. */
    @Override
    public long startedNanos() {
        return 0;
    }

    @Override
    public void cancel(InputOutcome outcome) {
        notifyGuest("cancel");
    }

    @Override
    public boolean unheard(long nowNanos) {
        return false;
    }

    /** Whether its code may be interrupted: a connection may last. */
    @HostAccess.Export
    public boolean unwanted() {
        return false;
    }

    /** Completes the handshake. */
    @HostAccess.Export
    public void accept(@Nullable String subprotocol, String headers) {
        enqueue(
                () -> socket.accept(Optional.ofNullable(subprotocol), FlatHead.headers(headers)),
                0);
    }

    /** Refuses the handshake. */
    @HostAccess.Export
    public void deny(int status, String headers, Value body) {
        byte[] bytes = GuestBytes.of(body);
        enqueue(() -> socket.deny(status, FlatHead.headers(headers), bytes), 0);
    }

    /** Asks for the next event. */
    @HostAccess.Export
    public void pull() {
        socket.receive(this::tell);
    }

    private void tell(WebSocketExchange.Event event) {
        switch (event) {
            case Text(String text) -> notifyGuest("on_text", text);
            case Binary(byte[] data) ->
                    notifyGuest("on_bytes", new String(data, StandardCharsets.ISO_8859_1));
            case Closed(int code, String reason) -> notifyGuest("on_closed", code, reason);
        }
    }

    /** Queues a text message; false when the guest should wait for {@code on_drained}. */
    @HostAccess.Export
    public boolean sendText(String text) {
        return queue(() -> socket.send(text), text.length());
    }

    /** Queues a binary message, likewise. */
    @HostAccess.Export
    public boolean sendBytes(Value data) {
        byte[] bytes = GuestBytes.of(data);
        return queue(() -> socket.send(bytes), bytes.length);
    }

    private boolean queue(Action action, long bytes) {
        starved = true;
        boolean calm = pendingBytes.addAndGet(bytes) <= PENDING_BYTES_MAX;
        enqueue(action, bytes);
        if (calm) {
            starved = false;
        }
        return calm;
    }

    /** Starts the close handshake. */
    @HostAccess.Export
    public void close(int code, String reason) {
        enqueue(() -> socket.close(code, reason), 0);
    }

    /** The application has returned. */
    @HostAccess.Export
    public void done() {
        end(new Completed());
    }

    /** The application has failed. */
    @HostAccess.Export
    public void fail(
            String type, String message, @Nullable String file, int line, String traceback) {
        end(new AppFailed(GuestFaults.error(type, message, file, line, traceback)));
    }
}
