// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import dev.polyloom.isolates.MemoryGuard;
import dev.polyloom.isolates.Pool;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An estimate of what each replica holds. Confined to the thread that watches.
 *
 * <p>What a replica has allocated is known, what of it still lives is not: a large upload allocates
 * much and keeps nothing. So the growth of what lives, from one collection to the next, is put down
 * to the replicas in proportion to what they allocated meanwhile; when it shrinks, so do all of
 * them.
 */
final class Allocations implements MemoryGuard.Retained {

    private static final Holding NOTHING = new Holding(0, 0);

    private final Map<Key, Holding> holdings = new HashMap<>();
    private long liveBytes = -1;

    /** A replica. */
    record Key(String pool, long replica) {}

    private record Holding(long allocatedBytes, long heldBytes) {

        long since(long allocated) {
            return Math.max(0, allocated - allocatedBytes);
        }
    }

    /** There has been a collection, which left so much. */
    void collected(long live, List<Pool<?>> pools) {
        collected(live, read(pools));
    }

    void collected(long live, Map<Key, Long> now) {
        holdings.keySet().retainAll(now.keySet());
        if (liveBytes < 0) {
            liveBytes = Math.min(live, MemoryGuard.usualBytes(now.size()));
        }
        var growth = Math.max(0, live - liveBytes);
        var kept = live < liveBytes ? (double) live / liveBytes : 1.0;
        liveBytes = live;
        var all = 0L;
        for (var one : now.entrySet()) {
            all += before(one.getKey()).since(one.getValue());
        }
        for (var one : now.entrySet()) {
            var before = before(one.getKey());
            var part = (double) before.since(one.getValue()) / Math.max(1, all);
            var held = (long) (kept * before.heldBytes() + growth * part);
            holdings.put(one.getKey(), new Holding(one.getValue(), held));
        }
    }

    /** Tells the pools that go by it what their replicas hold. */
    void tell(List<Pool<?>> pools) {
        for (var pool : pools) {
            if (pool.maxHeapGrowthBytes() > 0) {
                var held = new HashMap<Long, Long>();
                holdings.forEach((key, holding) -> {
                    if (key.pool().equals(pool.name())) {
                        held.put(key.replica(), holding.heldBytes());
                    }
                });
                pool.noteHeld(held);
            }
        }
    }

    private Holding before(Key replica) {
        return holdings.getOrDefault(replica, NOTHING);
    }

    /** At least 1 for a replica that has been seen, for 0 says that nothing is known. */
    @Override
    public long bytes(String pool, long replica) {
        var holding = holdings.get(new Key(pool, replica));
        return holding == null ? 0 : Math.max(1, holding.heldBytes());
    }

    private static Map<Key, Long> read(List<Pool<?>> pools) {
        var all = new HashMap<Key, Long>();
        for (var pool : pools) {
            pool.allocated().forEach((id, bytes) -> all.put(new Key(pool.name(), id), bytes));
        }
        return all;
    }
}
