// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Holds starts back after failures: exponentially longer, with jitter, one trial at a time until
 * one succeeds. Guarded by the pool's lock.
 */
final class StartBackoff {

    private static final long FIRST_NANOS = 500_000_000L;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final RandomGenerator random;
    private int failures;
    private long until;
    private @Nullable Throwable cause;

    StartBackoff(RandomGenerator random) {
        this.random = random;
    }

    /** Counts a failure; returns how long no start may be tried. */
    long failed(long nowNanos, Throwable failure) {
        var doublings = Math.min(failures, 10);
        var base = Math.min(FIRST_NANOS << doublings, LONGEST_NANOS);
        var delay = base / 2 + (long) (random.nextDouble() * base / 2);
        failures++;
        until = nowNanos + delay;
        cause = failure;
        return delay;
    }

    void succeeded() {
        failures = 0;
        cause = null;
    }

    /** How long until a start may be tried, 0 when one may. */
    long remaining(long nowNanos) {
        return failures == 0 ? 0 : Math.max(0, until - nowNanos);
    }

    /** How many starts may be begun now, when so many are under way. */
    int allowed(long nowNanos, int underWay) {
        if (failures == 0) {
            return Integer.MAX_VALUE;
        }
        return remaining(nowNanos) > 0 ? 0 : Math.max(0, 1 - underWay);
    }

    /** What went wrong last, null when the last start succeeded. */
    @Nullable Throwable cause() {
        return cause;
    }

    /** What went wrong last, for people. */
    String describe() {
        return cause == null ? "nothing failed" : Fleet.describe(cause);
    }
}
