// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The end of a thing that several may close: one does, the others wait until it has. Thread-safe.
 */
final class Closing {

    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean done;

    /** Runs the first caller's end, and returns when it has run. */
    void once(Runnable end) {
        lock.lock();
        try {
            if (!done) {
                end.run();
                done = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether it has ended. */
    boolean done() {
        return done;
    }
}
