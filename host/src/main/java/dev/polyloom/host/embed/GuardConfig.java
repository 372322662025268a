// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.host.heap.HeapMark;

/**
 * What the host bears from the functions it serves.
 *
 * @param abandonedThreadsMax beyond so many threads that cannot be stopped the host reports that it
 *     is not healthy
 * @param heapSoft how full the heap may be before no replica is started any more
 * @param heapHard how full it may be before replicas are taken away, not below {@code heapSoft}
 */
public record GuardConfig(int abandonedThreadsMax, HeapMark heapSoft, HeapMark heapHard) {

    /** Where nothing is started any more, unless told otherwise. */
    public static final HeapMark HEAP_SOFT = new HeapMark.Share(0.75);

    /** Where a replica has to go, unless told otherwise. */
    public static final HeapMark HEAP_HARD = new HeapMark.Share(0.9);

    /** The bounds unless told otherwise. */
    public static final GuardConfig DEFAULT = new GuardConfig(4, HEAP_SOFT, HEAP_HARD);

    /** Checks the bounds. */
    public GuardConfig {
        if (abandonedThreadsMax < 0) {
            throw new IllegalArgumentException("abandoned threads cannot be fewer than 0");
        }
    }
}
