// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sends, piece by piece as the socket has them. One thread reads at a time;
 * meanwhile another may look whether the client is still there, which never loses a byte.
 */
final class ByteSource {

    private static final byte[] NOTHING = new byte[0];

    private final Supplier<byte @Nullable []> socket;
    private final ReentrantLock reading = new ReentrantLock();
    private byte[] piece = NOTHING;
    private int position;
    private byte @Nullable [] next;
    private volatile boolean ended;
    private volatile long waitingSinceNanos;

    /**
     * Creates a source.
     *
     * @param socket gives the next bytes, null at the end; blocks
     * @param first bytes that were read already
     */
    ByteSource(Supplier<byte @Nullable []> socket, byte[] first) {
        this.socket = socket;
        this.piece = first;
    }

    /** The bytes at hand are {@link #piece()} from {@link #position()} on. */
    byte[] piece() {
        return piece;
    }

    int position() {
        return position;
    }

    int available() {
        return piece.length - position;
    }

    void skip(int count) {
        position += count;
    }

    /** Puts bytes in place of those at hand. */
    void replace(byte[] bytes, int from) {
        piece = bytes;
        position = from;
    }

    /**
     * Makes at least one byte available; blocks.
     *
     * @return false when the client has ended its side
     * @throws IOException when the connection is broken
     */
    boolean ensure() throws IOException {
        return position < piece.length || fill();
    }

    /** Replaces the bytes at hand, all of which are used up, by the next ones. */
    boolean fill() throws IOException {
        var more = pull();
        if (more == null) {
            return false;
        }
        piece = more;
        position = 0;
        return true;
    }

    /** The next bytes after those at hand; null at the end. */
    byte @Nullable [] pull() throws IOException {
        waitingSinceNanos = System.nanoTime() | 1;
        try {
            reading.lockInterruptibly();
            try {
                var kept = next;
                if (kept != null) {
                    next = null;
                    return kept;
                }
                return ended ? null : read();
            } finally {
                reading.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the host stops", e);
        } finally {
            waitingSinceNanos = 0;
        }
    }

    /** Since when {@link #pull()} waits, 0 when it does not. */
    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    /**
     * Waits until the client sends more or goes away. Does nothing while someone reads.
     *
     * @return whether the client went away
     */
    boolean awaitEnd() {
        if (!reading.tryLock()) {
            return false;
        }
        try {
            if (next == null && !ended) {
                next = read();
            }
            return ended;
        } catch (IOException _) {
            return true;
        } finally {
            reading.unlock();
        }
    }

    private byte @Nullable [] read() throws IOException {
        while (true) {
            try {
                var more = socket.get();
                if (more == null) {
                    ended = true;
                }
                return more;
            } catch (RuntimeException e) {
                // How long silence may last is for the monitor to say.
                if (!(e.getCause() instanceof SocketTimeoutException)) {
                    ended = true;
                    throw new IOException("the connection is broken", e);
                }
            }
        }
    }
}
