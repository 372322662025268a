// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.util.concurrent.locks.ReentrantLock;

/** How much the peer may send: what was read by nobody yet is bounded by it. Thread-safe. */
final class ReceiveWindow {

    private final ReentrantLock lock = new ReentrantLock();
    private final int size;
    private int left;
    private int consumed;

    ReceiveWindow(int size) {
        this.size = size;
        this.left = size;
    }

    /** Counts what has come; false when it is more than was allowed. */
    boolean take(int bytes) {
        lock.lock();
        try {
            left -= bytes;
            return left >= 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts what was read.
     *
     * @return how much more the peer should be allowed now, 0 while that is not worth a frame
     */
    int consume(int bytes) {
        lock.lock();
        try {
            consumed += bytes;
            if (consumed < size / 2) {
                return 0;
            }
            var update = consumed;
            consumed = 0;
            left += update;
            return update;
        } finally {
            lock.unlock();
        }
    }
}
