// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

/**
 * How fast a heap fills: what came into use within the last moment, whatever collections took away
 * meanwhile. Confined to one thread; allocates nothing once made.
 */
final class Pace {

    private static final int SAMPLES = 64;

    private final long windowNanos;
    private final long[] nanos = new long[SAMPLES];
    private final long[] grown = new long[SAMPLES];
    private int count;
    private long usedBytes;

    /**
     * Knows nothing yet.
     *
     * @param windowNanos how long the moment is, in nanoseconds
     */
    Pace(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /** So much is in use now, garbage and all. */
    void add(long now, long used) {
        var before = count == 0 ? 0 : grown[(count - 1) % SAMPLES];
        var more = count == 0 ? 0 : Math.max(0, used - usedBytes);
        nanos[count % SAMPLES] = now;
        grown[count % SAMPLES] = before + more;
        usedBytes = used;
        count++;
    }

    /** What came into use within the moment that ended with the last sample, in bytes. */
    long bytes() {
        if (count == 0) {
            return 0;
        }
        var last = count - 1;
        var from = nanos[last % SAMPLES] - windowNanos;
        var first = last;
        while (first > 0 && last - first < SAMPLES - 1 && nanos[(first - 1) % SAMPLES] >= from) {
            first--;
        }
        return grown[last % SAMPLES] - grown[first % SAMPLES];
    }
}
