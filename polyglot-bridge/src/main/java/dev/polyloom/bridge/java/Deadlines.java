// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interrupts threads whose input has run too long. One thread looks over all of them a few times a
 * second, because a timer for each request would cost more than the request. Thread-safe.
 */
final class Deadlines implements AutoCloseable {

    private static final long PERIOD_MILLIS = 50;

    private final Set<Running> inputs = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("polyloom-java-deadlines").daemon(true).factory());

    Deadlines() {
        var _ =
                timer.scheduleWithFixedDelay(
                        this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** An input that runs on the calling thread from now until it is closed there. */
    Running running(Duration limit) {
        Running input = new Running(Thread.currentThread(), System.nanoTime() + limit.toNanos());
        inputs.add(input);
        return input;
    }

    private void look() {
        long now = System.nanoTime();
        for (Running input : inputs) {
            if (now - input.deadlineNanos >= 0) {
                input.expire();
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /**
     * One input. Guarded by its lock, so that an interrupt never reaches the thread's next input.
     */
    final class Running implements AutoCloseable {

        private final Thread thread;
        private final long deadlineNanos;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean expired;
        private boolean closed;

        Running(Thread thread, long deadlineNanos) {
            this.thread = thread;
            this.deadlineNanos = deadlineNanos;
        }

        private void expire() {
            lock.lock();
            try {
                if (!closed) {
                    expired = true;
                    thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Whether the deadline has passed. */
        boolean expired() {
            lock.lock();
            try {
                return expired;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                if (expired) {
                    // Ours, and the connection goes on.
                    boolean _ = Thread.interrupted();
                }
            } finally {
                lock.unlock();
                inputs.remove(this);
            }
        }
    }
}
