// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AbandonedThreads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interrupts threads whose input has run too long, and gives up those that do not end then. One
 * thread looks over all of them a few times a second, because a timer for each request would cost
 * more than the request. Thread-safe.
 */
final class Deadlines implements AutoCloseable {

    private static final long PERIOD_MILLIS = 50;

    /**
     * How often an input is found late before its thread is given up: some two seconds in which
     * interrupted code may clean up. Counted in looks, because the clock goes on while the whole
     * host is stopped.
     */
    private static final int LATE_MAX = 40;

    private final AbandonedThreads abandoned = new AbandonedThreads();

    private final Set<Running> inputs = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("polyloom-java-deadlines").daemon(true).factory());

    Deadlines() {
        var _ =
                timer.scheduleWithFixedDelay(
                        this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The threads that did not end. */
    AbandonedThreads abandoned() {
        return abandoned;
    }

    /**
     * An input that runs on the calling thread from now until it is closed there.
     *
     * @param owner is told when the thread is given up
     */
    Running running(Duration limit, Owner owner) {
        Running input =
                new Running(Thread.currentThread(), System.nanoTime() + limit.toNanos(), owner);
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

    /** Who runs inputs. */
    interface Owner {

        /** Its name, for the log. */
        String name();

        /** One of its inputs keeps its thread for good. */
        void abandoned();
    }

    /**
     * One input. Guarded by its lock, so that an interrupt never reaches the thread's next input.
     */
    final class Running implements AutoCloseable {

        private final Thread thread;
        private final long deadlineNanos;
        private final ReentrantLock lock = new ReentrantLock();
        private final Owner owner;
        private int late;
        private boolean forsaken;
        private boolean closed;

        Running(Thread thread, long deadlineNanos, Owner owner) {
            this.thread = thread;
            this.deadlineNanos = deadlineNanos;
            this.owner = owner;
        }

        private void expire() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                late++;
                if (late == 1) {
                    // Once: what it does to clean up is not to be interrupted.
                    thread.interrupt();
                } else if (!forsaken && late > LATE_MAX) {
                    forsaken = true;
                    abandoned.add(thread, owner.name());
                    owner.abandoned();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Whether the deadline has passed. */
        boolean expired() {
            lock.lock();
            try {
                return late > 0;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                if (forsaken) {
                    abandoned.remove(thread);
                }
                if (late > 0) {
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
