// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import dev.polyloom.isolates.HeapReading;

/** A level of the heap: of the generation in which what lives long is kept. Immutable. */
public sealed interface HeapMark {

    /**
     * A part of the heap.
     *
     * @param part above 0, at most 1
     */
    record Share(double part) implements HeapMark {

        /** Checks the bounds. */
        public Share {
            if (!(part > 0 && part <= 1)) {
                throw new IllegalArgumentException("a part of the heap is above 0 and at most 1");
            }
        }
    }

    /**
     * A size.
     *
     * @param bytes above 0
     */
    record Size(long bytes) implements HeapMark {

        /** Checks the bounds. */
        public Size {
            if (bytes <= 0) {
                throw new IllegalArgumentException("a level of the heap is above 0 bytes");
            }
        }
    }

    /** The part of a heap with this maximum. */
    default double of(HeapReading heap) {
        return switch (this) {
            case Share(double part) -> part;
            case Size(long bytes) -> Math.clamp((double) bytes / heap.maxBytes(), 0.01, 1.0);
        };
    }
}
