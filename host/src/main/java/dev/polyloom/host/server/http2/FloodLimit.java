// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

/**
 * A bound on things that cost the host more than the client: so many at once, and so many a second
 * in the long run. Not thread-safe.
 */
public final class FloodLimit {

    private static final long SECOND_NANOS = 1_000_000_000;

    private final int burst;
    private final long intervalNanos;
    private long spentNanos;
    private boolean used;

    /**
     * Creates a limit.
     *
     * @param burst how many at once
     * @param perSecond how many a second after that
     */
    public FloodLimit(int burst, int perSecond) {
        this.burst = burst;
        this.intervalNanos = SECOND_NANOS / perSecond;
    }

    /**
     * Takes one.
     *
     * @return false when there are too many
     */
    public boolean take(long nowNanos) {
        if (!used || spentNanos - nowNanos < 0) {
            used = true;
            spentNanos = nowNanos;
        }
        if (spentNanos - nowNanos > (burst - 1L) * intervalNanos) {
            return false;
        }
        spentNanos += intervalNanos;
        return true;
    }
}
