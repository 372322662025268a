// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import dev.polyloom.isolates.HeapReading;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.List;

/**
 * The part of the heap in which what lives long is kept. Thread-safe.
 *
 * <p>How full the heap is tells little, for most of it may be garbage. What a collection of this
 * part left over is in use.
 */
final class OldGeneration {

    private final MemoryPoolMXBean pool;
    private final List<GarbageCollectorMXBean> collectors;

    private OldGeneration(MemoryPoolMXBean pool, List<GarbageCollectorMXBean> collectors) {
        this.pool = pool;
        this.collectors = collectors;
    }

    /** Of this JVM: the largest part of its heap. */
    static OldGeneration ofThisJvm() {
        var pool =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(one -> one.getType() == MemoryType.HEAP)
                        .max(Comparator.comparingLong(one -> one.getUsage().getMax()))
                        .orElseThrow();
        // The young generation's collectors, which come more often, do not tell of this pool.
        var collectors =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .filter(one -> List.of(one.getMemoryPoolNames()).contains(pool.getName()))
                        .toList();
        return new OldGeneration(pool, collectors);
    }

    /** How many collections of it there have been. */
    long collections() {
        return count(collectors);
    }

    /** How many collections of any part of the heap there have been. */
    static long allCollections() {
        return count(ManagementFactory.getGarbageCollectorMXBeans());
    }

    private static long count(List<GarbageCollectorMXBean> collectors) {
        var count = 0L;
        for (var collector : collectors) {
            count += collector.getCollectionCount();
        }
        return count;
    }

    /** What it has of the system's memory beyond what the last collection left in use. */
    long spareBytes() {
        return pool.getUsage().getCommitted() - pool.getCollectionUsage().getUsed();
    }

    /** What the last collection left. */
    HeapReading read() {
        return reading(pool.getCollectionUsage());
    }

    /** What it holds now, with garbage. */
    HeapReading now() {
        return reading(pool.getUsage());
    }

    private static HeapReading reading(MemoryUsage usage) {
        return new HeapReading(usage.getUsed(), usage.getMax());
    }
}
