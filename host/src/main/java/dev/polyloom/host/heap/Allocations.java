// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import dev.polyloom.isolates.MemoryGuard;
import dev.polyloom.isolates.Pool;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each replica has allocated since the heap was last well: the best that is known of who fills
 * it. Confined to the thread that watches.
 */
final class Allocations implements MemoryGuard.Retained {

    private Map<Key, Long> before = Map.of();
    private Map<Key, Long> now = Map.of();

    private record Key(String pool, long replica) {}

    /** The heap is well: counts from here. */
    void forget(List<Pool<?>> pools) {
        before = read(pools);
        now = before;
    }

    /** Looks again. */
    void look(List<Pool<?>> pools) {
        now = read(pools);
    }

    @Override
    public long bytes(String pool, long replica) {
        var key = new Key(pool, replica);
        return Math.max(0, now.getOrDefault(key, 0L) - before.getOrDefault(key, 0L));
    }

    private static Map<Key, Long> read(List<Pool<?>> pools) {
        var all = new HashMap<Key, Long>();
        for (var pool : pools) {
            pool.allocated().forEach((id, bytes) -> all.put(new Key(pool.name(), id), bytes));
        }
        return all;
    }
}
