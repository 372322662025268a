// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from any thread to one waiting thread, in order. {@link #put} is thread-safe; {@link
 * #take} is confined to the one consumer.
 *
 * @param <E> the events
 */
final class EventQueue<E> {

    /** Whatever else goes wrong, a waiter looks again after so long. */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Queue<E> events = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread consumer;

    /** A queue whose consumer is the thread that first takes. */
    EventQueue() {}

    /**
     * A queue that wakes its consumer from the start.
     *
     * @param consumer will take
     */
    EventQueue(Thread consumer) {
        this.consumer = consumer;
    }

    void put(E event) {
        events.add(event);
        Thread waiting = consumer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** The next event if it is there already and of some kind; for the consumer. */
    <T extends E> @Nullable T pollIf(Class<T> kind) {
        E event = events.peek();
        if (!kind.isInstance(event)) {
            return null;
        }
        E _ = events.remove();
        return kind.cast(event);
    }

    /**
     * The next event; waits until there is one. The producer's owner promises that an end always
     * comes.
     */
    E take() throws InterruptedException {
        E event = events.poll();
        if (event != null) {
            return event;
        }
        consumer = Thread.currentThread();
        try {
            while ((event = events.poll()) == null) {
                LockSupport.parkNanos(this, WAIT_NANOS);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return event;
        } finally {
            consumer = null;
        }
    }
}
