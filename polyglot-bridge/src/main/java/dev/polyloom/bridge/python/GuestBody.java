// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way to the guest, which asks for one piece after the other.
 *
 * <p>A short-lived virtual thread reads each piece, so that there is one reader at a time. Confined
 * to the thread that runs the guest's code, but for {@link #wake}.
 */
final class GuestBody {

    private static final int PIECE_BYTES = 65_536;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * What was read at once.
     *
     * @param bytes as ISO-8859-1 characters
     * @param last whether the body ends with it
     * @param broken whether the client has gone before the end
     */
    record Piece(String bytes, boolean last, boolean broken) {}

    private final HttpExchange exchange;
    private final Runnable brokenOff;
    private final BlockingQueue<Piece> handed = new ArrayBlockingQueue<>(1);
    private volatile @Nullable Thread waiting;
    private boolean ended;

    /** Handed on between the readers. */
    private long bytes;

    /** The body of a request; tells when it breaks off. */
    GuestBody(HttpExchange exchange, Runnable brokenOff) {
        this.exchange = exchange;
        this.brokenOff = brokenOff;
    }

    /**
     * The whole body where all of it has come, so that reading it waits for nobody; null where not,
     * and where some of it has been read.
     */
    @Nullable String atHand() {
        long length = exchange.contentLength();
        if (ended || bytes > 0 || length <= 0 || length > PIECE_BYTES || expects()) {
            return null;
        }
        try {
            if (exchange.body().available() < length) {
                return null;
            }
            byte[] whole = exchange.body().readNBytes((int) length);
            bytes = whole.length;
            ended = bytes == length;
            return ended ? new String(whole, StandardCharsets.ISO_8859_1) : null;
        } catch (IOException _) {
            brokenOff.run();
            return null;
        }
    }

    /** Whether reading makes the host write first, which may wait for the client. */
    private boolean expects() {
        return exchange.head().headers().first("expect").isPresent();
    }

    /** Has the next piece read and handed over, by the thread that read it. Returns at once. */
    void pull(Consumer<Piece> taker) {
        Thread.ofVirtual().name("polyloom-body").start(() -> taker.accept(read()));
    }

    /** Waits for the next piece; null at the end, when it breaks off, or when all is over. */
    @Nullable String await(BooleanSupplier over) {
        if (ended) {
            return null;
        }
        waiting = Thread.currentThread();
        pull(piece -> {
            boolean _ = handed.offer(piece);
            wake();
        });
        while (!over.getAsBoolean()) {
            GuestWaits.await(this, LOOK_NANOS, () -> !handed.isEmpty() || over.getAsBoolean());
            Piece piece = handed.poll();
            if (piece != null && piece.broken()) {
                return null;
            }
            if (piece != null) {
                ended = piece.last();
                return piece.bytes();
            }
        }
        return null;
    }

    /** Whether {@link #await} has come to the end. */
    boolean ended() {
        return ended;
    }

    /** Has {@link #await} look whether all is over. */
    void wake() {
        LockSupport.unpark(waiting);
    }

    private Piece read() {
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            int count = exchange.body().read(buffer);
            if (count < 0) {
                return new Piece("", true, false);
            }
            bytes += count;
            return new Piece(
                    new String(buffer, 0, count, StandardCharsets.ISO_8859_1),
                    bytes == exchange.contentLength(),
                    false);
        } catch (IOException _) {
            brokenOff.run();
            return new Piece("", true, true);
        }
    }
}
