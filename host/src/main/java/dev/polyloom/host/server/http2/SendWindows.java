// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How much the peer takes at the moment: over all, and on each stream. Thread-safe. */
final class SendWindows {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long connection = Frames.WINDOW;
    private int initial = Frames.WINDOW;

    /** Sets a new stream's window. */
    void open(Http2Stream stream) {
        lock.lock();
        try {
            stream.sendWindow = initial;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what there is, at least one byte; waits for it.
     *
     * @throws IOException when the stream has ended, or the peer gives nothing for so long
     */
    int take(Http2Stream stream, int wanted, Duration stall) throws IOException {
        lock.lock();
        try {
            var left = stall.toNanos();
            while (true) {
                stream.check();
                var taken = (int) Math.min(wanted, Math.min(connection, stream.sendWindow));
                if (taken > 0) {
                    connection -= taken;
                    stream.sendWindow -= taken;
                    return taken;
                }
                if (left <= 0) {
                    throw new IOException("the client does not take what is sent");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the host stops", e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes all of it or nothing. */
    boolean takeAll(Http2Stream stream, int bytes) {
        lock.lock();
        try {
            if (bytes > Math.min(connection, stream.sendWindow)) {
                return false;
            }
            connection -= bytes;
            stream.sendWindow -= bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The peer takes more over all. */
    void grant(int bytes) throws Http2Exception {
        lock.lock();
        try {
            connection += bytes;
            if (connection > Integer.MAX_VALUE) {
                throw new Http2Exception(
                        ErrorCode.FLOW_CONTROL_ERROR, "the connection's window is too large");
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The peer takes more on a stream. */
    void grant(Http2Stream stream, int bytes) throws Http2Exception {
        lock.lock();
        try {
            stream.sendWindow += bytes;
            if (stream.sendWindow > Integer.MAX_VALUE) {
                throw new Http2Exception(
                        stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The peer sets what each stream begins with, which moves those that are open. */
    void initial(int bytes, Collection<Http2Stream> open) throws Http2Exception {
        lock.lock();
        try {
            for (var stream : open) {
                stream.sendWindow += bytes - (long) initial;
                if (stream.sendWindow > Integer.MAX_VALUE) {
                    throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
                }
            }
            initial = bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has all who wait look at their streams. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
