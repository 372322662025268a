// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks over all isolates a few times a second and ends inputs that have run past their function's
 * timeout.
 *
 * <p>One thread for all, because a timer for each request would cost more than the request.
 * Thread-safe.
 */
final class Watchdog implements AutoCloseable {

    private static final long PERIOD_MILLIS = 100;

    private final Set<Watched> isolates = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("polyloom-watchdog").daemon(true).factory());

    /** What is looked over. */
    interface Watched {
        /** Ends inputs that have run too long. */
        void enforceTimeout(long nowNanos);
    }

    Watchdog() {
        var _ =
                timer.scheduleWithFixedDelay(
                        this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void watch(Watched isolate) {
        isolates.add(isolate);
    }

    void forget(Watched isolate) {
        isolates.remove(isolate);
    }

    private void look() {
        long now = System.nanoTime();
        for (Watched isolate : isolates) {
            isolate.enforceTimeout(now);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
