// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.python.ResponseEvent.Ended;
import dev.polyloom.bridge.python.ResponseEvent.Finish;
import dev.polyloom.bridge.python.ResponseEvent.Hint;
import dev.polyloom.bridge.python.ResponseEvent.Piece;
import dev.polyloom.bridge.python.ResponseEvent.Reason;
import dev.polyloom.bridge.python.ResponseEvent.Start;
import dev.polyloom.bridge.python.ResponseEvent.Whole;
import dev.polyloom.bridge.python.ResponseEvent.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way from the guest, whose thread queues what it wants done, to the virtual
 * thread that brought the request, which does it: {@link #serve} is confined to that one, {@link
 * #write} and {@link #writeAndWait} to the guest's; the others may be called by any thread.
 */
final class GuestResponse {

    /** Beyond so many unwritten bytes the guest waits. */
    private static final long PENDING_BYTES_MAX = 65_536;

    /** Pieces are written together up to so many bytes. */
    private static final int JOINED_BYTES_MAX = 16_384;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpExchange exchange;
    private final Listener listener;
    private final EventQueue<ResponseEvent> events;
    private final AtomicLong pendingBytes = new AtomicLong();
    private volatile boolean starved;
    private volatile @Nullable Thread blocked;

    /** Confined to the thread that serves. */
    private @Nullable InputOutcome refused;

    /** What the response asks and tells. Thread-safe. */
    interface Listener {

        /** Whether nothing more will be written. */
        boolean over();

        /** Whether nobody would get what is written. */
        boolean unwanted();

        /** What a {@link #write} left over has been written. */
        void drained();

        /** The client has gone. */
        void broken();

        /** The guest wants what HTTP does not allow, and its input ends so. */
        void refused(InputOutcome outcome);
    }

    private interface Write {
        void run() throws IOException;
    }

    /**
     * A response to a request.
     *
     * @param thread will serve it
     */
    GuestResponse(HttpExchange exchange, Thread thread, Listener listener) {
        this.events = new EventQueue<>(thread);
        this.exchange = exchange;
        this.listener = listener;
    }

    /** Queues what is to be done next. */
    void put(ResponseEvent event) {
        events.put(event);
    }

    /** Queues a piece of the body; false when the guest should wait until it is told of drain. */
    boolean write(byte[] bytes) {
        starved = true;
        boolean calm = pendingBytes.addAndGet(bytes.length) <= PENDING_BYTES_MAX;
        events.put(new Piece(bytes));
        if (calm) {
            starved = false;
        }
        return calm;
    }

    /** Queues a piece of the body and blocks while the client is slow. */
    void writeAndWait(byte[] bytes) {
        pendingBytes.addAndGet(bytes.length);
        events.put(new Piece(bytes));
        blocked = Thread.currentThread();
        while (!mayWrite()) {
            GuestWaits.await(this, LOOK_NANOS, this::mayWrite);
        }
        blocked = null;
    }

    private boolean mayWrite() {
        return pendingBytes.get() <= PENDING_BYTES_MAX || listener.over();
    }

    /** Has {@link #writeAndWait} look whether all is over. */
    void wake() {
        LockSupport.unpark(blocked);
    }

    /** Carries out what is queued until the input has ended. */
    InputOutcome serve() throws InterruptedException {
        while (true) {
            switch (events.take()) {
                case Whole(int status, var headers, byte[] body) ->
                        write(() -> exchange.respond(status, headers, body));
                case Start(int status, var headers) -> write(() -> exchange.start(status, headers));
                case Piece piece -> writePieces(piece);
                case Finish(var trailers) ->
                        write(() -> {
                            if (trailers.size() == 0) {
                                exchange.finish();
                            } else {
                                exchange.finish(trailers);
                            }
                        });
                case WholeFile(int status, var headers, Path file) ->
                        write(() -> exchange.respondFile(status, headers, file));
                case Hint(var headers) -> write(() -> exchange.earlyHint(headers));
                case Reason(int status, String phrase) ->
                        write(() -> exchange.reason(status, phrase));
                case Ended(InputOutcome outcome) -> {
                    InputOutcome misuse = refused;
                    return misuse != null && outcome instanceof Completed ? misuse : outcome;
                }
            }
        }
    }

    /** Writes a piece, and with it those that have come meanwhile. */
    private void writePieces(Piece first) {
        byte[] bytes = first.bytes();
        Piece next = bytes.length < JOINED_BYTES_MAX ? events.pollIf(Piece.class) : null;
        if (next != null) {
            ByteArrayOutputStream joined = new ByteArrayOutputStream(JOINED_BYTES_MAX);
            joined.writeBytes(bytes);
            while (next != null) {
                joined.writeBytes(next.bytes());
                next = joined.size() < JOINED_BYTES_MAX ? events.pollIf(Piece.class) : null;
            }
            bytes = joined.toByteArray();
        }
        byte[] all = bytes;
        write(() -> exchange.write(all));
        written(all.length);
    }

    private void write(Write write) {
        if (listener.unwanted() || refused != null) {
            return;
        }
        try {
            write.run();
        } catch (IOException _) {
            listener.broken();
        } catch (IllegalArgumentException | IllegalStateException e) {
            // The guest sent what HTTP does not allow, such as a line break in a header. It may
            // have returned since.
            GuestError error =
                    new GuestError(
                            "ValueError",
                            String.valueOf(e.getMessage()),
                            Optional.empty(),
                            Optional.empty(),
                            "");
            InputOutcome outcome = new AppFailed(error);
            refused = outcome;
            listener.refused(outcome);
        }
    }

    private void written(int bytes) {
        long left = pendingBytes.addAndGet(-bytes);
        if (left > PENDING_BYTES_MAX) {
            return;
        }
        if (starved) {
            starved = false;
            listener.drained();
        }
        wake();
    }
}
