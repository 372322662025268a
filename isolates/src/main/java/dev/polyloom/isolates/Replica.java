// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One isolate of a pool, with the count of its inputs. Thread-safe as marked: {@code word} and
 * {@code idleSinceNanos} are free for all threads, everything else is guarded by the pool's lock.
 */
final class Replica<I extends Isolate> {

    /*
     * The word packs what admission needs into one value that is changed by compare-and-set:
     * bit 63 set = shut, takes no input; bits 20 to 62 = uses; bits 0 to 19 = inputs in flight.
     * A replica is shut from birth until it is ready, and from the moment it is retired.
     */
    private static final int LOAD_BITS = 20;
    private static final long LOAD_MASK = (1L << LOAD_BITS) - 1;
    private static final long ONE_USE = 1L << LOAD_BITS;
    private static final long SHUT = Long.MIN_VALUE;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Replica.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long UNKNOWN = -1;

    /** Most inputs in flight that the word can count. */
    static final int LOAD_MAX = (int) LOAD_MASK;

    final long id;
    final I isolate;
    final long maxUses;
    final long maxAgeNanos;

    private volatile long word = SHUT;
    volatile long idleSinceNanos;

    ReplicaState state = ReplicaState.CLAIMED;
    long sinceNanos;
    long startedNanos;
    long readyNanos;
    private long heldBytes;
    private long baseHeldBytes = UNKNOWN;
    boolean holdsPermit;
    boolean stopping;
    @Nullable Thread starter;

    Replica(long id, I isolate, long maxUses, long maxAgeNanos, long nowNanos) {
        this.id = id;
        this.isolate = isolate;
        this.maxUses = maxUses;
        this.maxAgeNanos = maxAgeNanos;
        this.sinceNanos = nowNanos;
        this.idleSinceNanos = nowNanos;
    }

    /** Inputs in flight. */
    int inFlight() {
        return (int) (word & LOAD_MASK);
    }

    /** Inputs taken so far. */
    long uses() {
        return (word & ~SHUT) >>> LOAD_BITS;
    }

    /** Inputs in flight, or {@link Integer#MAX_VALUE} when it takes none. */
    int load() {
        var seen = word;
        return seen < 0 ? Integer.MAX_VALUE : (int) (seen & LOAD_MASK);
    }

    /** Takes one input if it still has exactly the given load. */
    boolean tryTake(int load, boolean last) {
        var seen = word;
        if (seen < 0 || (seen & LOAD_MASK) != load) {
            return false;
        }
        var next = seen + 1 + ONE_USE;
        return WORD.compareAndSet(this, seen, last ? next | SHUT : next);
    }

    /** Gives the place of one input back; returns whether it is shut and empty now. */
    boolean give(long nowNanos) {
        idleSinceNanos = nowNanos;
        var before = (long) WORD.getAndAdd(this, -1L);
        return before < 0 && (before & LOAD_MASK) == 1;
    }

    /** Lets inputs in. */
    void open() {
        WORD.getAndBitwiseAnd(this, ~SHUT);
    }

    /** Lets no further input in; returns how many are in flight. */
    int shut() {
        return (int) ((long) WORD.getAndBitwiseOr(this, SHUT) & LOAD_MASK);
    }

    /** Shuts it if it is open and no input is in flight. */
    boolean shutIfIdle() {
        var seen = word;
        return seen >= 0 && (seen & LOAD_MASK) == 0 && WORD.compareAndSet(this, seen, seen | SHUT);
    }

    ReplicaSnapshot snapshot() {
        var age =
                state == ReplicaState.READY && maxAgeNanos > 0
                        ? readyNanos + maxAgeNanos
                        : Long.MAX_VALUE;
        var seen = word;
        return new ReplicaSnapshot(
                id,
                state,
                (int) (seen & LOAD_MASK),
                (seen & ~SHUT) >>> LOAD_BITS,
                sinceNanos,
                idleSinceNanos,
                age,
                heapGrowth());
    }

    /** Notes what it holds of the heap; growth counts from the first time that it is ready. */
    void noteHeld(long bytes) {
        heldBytes = bytes;
        if (baseHeldBytes == UNKNOWN && state == ReplicaState.READY) {
            baseHeldBytes = Math.min(bytes, MemoryGuard.REPLICA_BYTES);
        }
    }

    private long heapGrowth() {
        return baseHeldBytes == UNKNOWN ? 0 : Math.max(0, heldBytes - baseHeldBytes);
    }
}
