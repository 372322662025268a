// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The contexts that discovered apps and wait to become their first replicas: the few youngest, so
 * that apps nobody asks for cost no context. Thread-safe.
 */
final class Unclaimed {

    private static final int HELD_MAX = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Place> places = new ArrayDeque<>(); // guarded by the lock

    Unclaimed() {}

    /** Where one context waits. Thread-safe. */
    final class Place {
        private final AtomicReference<@Nullable OwnedContext> context;

        private Place(OwnedContext context) {
            this.context = new AtomicReference<>(context);
        }

        /**
         * Takes the context, which is the caller's from then on; null when it is no longer there.
         */
        @Nullable OwnedContext take() {
            leave(this);
            return context.getAndSet(null);
        }

        /** Ends the context unless it has been taken. */
        void close() {
            OwnedContext unused = take();
            if (unused != null) {
                unused.end();
            }
        }
    }

    /** Has a context wait; the one that has waited longest is ended when there are too many. */
    Place keep(OwnedContext context) {
        Place place = new Place(context);
        Place eldest = null;
        lock.lock();
        try {
            places.addLast(place);
            if (places.size() > HELD_MAX) {
                eldest = places.pollFirst();
            }
        } finally {
            lock.unlock();
        }
        if (eldest != null) {
            eldest.close();
        }
        return place;
    }

    private void leave(Place place) {
        lock.lock();
        try {
            var _ = places.remove(place);
        } finally {
            lock.unlock();
        }
    }
}
