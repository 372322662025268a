// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.List;
import java.util.Optional;

/**
 * Keeps the host within its heap. Over the soft mark no replica is started; over the hard mark the
 * replica that holds most by the best estimate is to be drained, and cancelled when that does not
 * help. Where none holds much, as in a heap too small for what is deployed, all stay. Immutable;
 * {@link #decide} is a pure function.
 */
public final class MemoryGuard {

    /** Less than this is what any function needs, and no reason to take its replica away. */
    private static final long BLAME_BYTES = 64L << 20;

    private static final double BLAME_SHARE = 0.1;

    private static final long HOST_BYTES = 128L << 20;

    /** What a replica holds when it is not to blame for anything. */
    static final long REPLICA_BYTES = 48L << 20;

    private final double soft;
    private final double hard;

    /**
     * Creates a guard.
     *
     * @param soft the share of the heap above which no replica is started
     * @param hard the share above which a replica is taken away, at least {@code soft} and at most
     *     1
     */
    public MemoryGuard(double soft, double hard) {
        if (!(soft > 0 && soft <= hard && hard <= 1)) {
            throw new IllegalArgumentException(
                    "memory marks must satisfy 0 < soft <= hard <= 1, not " + soft + ", " + hard);
        }
        this.soft = soft;
        this.hard = hard;
    }

    /**
     * {@return roughly what a host holds when no replica is to blame, in bytes}
     *
     * @param replicas how many it has
     */
    public static long usualBytes(int replicas) {
        return HOST_BYTES + REPLICA_BYTES * replicas;
    }

    /**
     * Decides what to do about a reading.
     *
     * @param reading the heap, after a collection if it can be
     * @param pools all pools of the host
     * @param retained what each replica holds, as far as it is known
     * @return how short the heap is, and which replica is to go
     */
    public Verdict decide(HeapReading reading, List<PoolSnapshot> pools, Retained retained) {
        var share = reading.share();
        if (share < soft) {
            return new Verdict(Pressure.NONE, Optional.empty());
        }
        if (share < hard) {
            return new Verdict(Pressure.SOFT, Optional.empty());
        }
        var victim = largest(reading, pools, retained);
        return new Verdict(victim.isPresent() ? Pressure.HARD : Pressure.SOFT, victim);
    }

    /**
     * A replica that tells nothing counts as an equal part of what is unusual, so that one known to
     * hold more than its part goes first; among equals, one that is draining already comes first,
     * for it is then cut, then an idle one, then the one with the most uses.
     */
    private static Optional<Victim> largest(
            HeapReading reading, List<PoolSnapshot> pools, Retained retained) {
        var count = pools.stream().mapToInt(pool -> pool.replicas().size()).sum();
        var part = (reading.usedBytes() - usualBytes(count)) / Math.max(1, count);
        var blame = Math.max(BLAME_BYTES, (long) (BLAME_SHARE * reading.maxBytes()));
        Victim victim = null;
        ReplicaSnapshot chosen = null;
        for (var pool : pools) {
            for (var replica : pool.replicas()) {
                if (!holdsHeap(replica.state())) {
                    continue;
                }
                var told = retained.bytes(pool.name(), replica.id());
                var bytes = told > 0 ? told : part;
                if (bytes < blame) {
                    continue;
                }
                if (victim == null
                        || chosen == null
                        || comesFirst(replica, bytes, chosen, victim)) {
                    var cut = replica.state() != ReplicaState.READY;
                    victim = new Victim(pool.name(), replica.id(), bytes, cut);
                    chosen = replica;
                }
            }
        }
        return Optional.ofNullable(victim);
    }

    private static boolean comesFirst(
            ReplicaSnapshot replica, long bytes, ReplicaSnapshot chosen, Victim victim) {
        if (bytes != victim.bytes()) {
            return bytes > victim.bytes();
        }
        if (rank(replica) != rank(chosen)) {
            return rank(replica) < rank(chosen);
        }
        return replica.uses() > chosen.uses();
    }

    private static int rank(ReplicaSnapshot replica) {
        return switch (replica.state()) {
            case DRAINING -> 0;
            case READY -> replica.inFlight() == 0 ? 1 : 2;
            case STARTING -> 3;
            case CLAIMED, CLOSED, FAILED -> 4;
        };
    }

    private static boolean holdsHeap(ReplicaState state) {
        return switch (state) {
            case STARTING, READY, DRAINING -> true;
            case CLAIMED, CLOSED, FAILED -> false;
        };
    }

    /** What replicas hold. */
    @FunctionalInterface
    public interface Retained {

        /**
         * {@return the bytes that a replica holds by its best estimate, 0 when it is not known}
         *
         * @param pool the pool's name
         * @param replica the replica's number
         */
        long bytes(String pool, long replica);
    }

    /** How short the heap is. */
    public enum Pressure {
        /** Below the soft mark. */
        NONE,
        /** Above the soft mark: nothing is started. */
        SOFT,
        /** Above the hard mark, and a replica is to blame: it goes. */
        HARD
    }

    /**
     * What to do.
     *
     * @param pressure how short the heap is
     * @param victim the replica to take away, if one is to go
     */
    public record Verdict(Pressure pressure, Optional<Victim> victim) {}

    /**
     * A replica to take away, by {@link Pool#retire(long, RetireReason, boolean)}.
     *
     * @param pool the name of its pool
     * @param replica its number
     * @param bytes what it holds by the best estimate
     * @param cut whether its inputs are to be ended at once, because it drains already
     */
    public record Victim(String pool, long replica, long bytes, boolean cut) {

        /** {@return the same, without time for its inputs} */
        public Victim ended() {
            return new Victim(pool, replica, bytes, true);
        }
    }
}
