// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.ScalingDecision.Retirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps as many replicas as bring the inputs on each to the function's target. Immutable.
 *
 * <p>Up: as soon as an input runs or waits that finds every replica at its target, so that with a
 * target below the maximum a replica starts before anything queues. One input that has just come
 * may wait for each busy replica, though: a client that sends its next request when it has the
 * answer to the last finds the replica busy for another moment, and needs no second one. While the
 * function is active, its buffer comes on top. Down: idle replicas beyond what is wanted go once
 * they have been idle for the scale-down window, newest first; a replica that has not begun to
 * start goes at once.
 */
public final class TargetScaling implements ScalingPolicy {

    private final long patienceNanos;

    /** Creates the policy without patience. */
    public TargetScaling() {
        this(Duration.ZERO);
    }

    /**
     * Creates the policy.
     *
     * @param patience how long an input may wait for a replica that is about to be free before it
     *     calls for another one
     */
    public TargetScaling(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    @Override
    public ScalingDecision decide(PoolSnapshot snapshot) {
        var wanted = wanted(snapshot);
        var counted = snapshot.counted();
        if (counted < wanted) {
            var start = Math.min(wanted - counted, snapshot.startsAllowed());
            return new ScalingDecision(start, recycle(snapshot), recheck(snapshot, wanted));
        }
        var retire = recycle(snapshot);
        if (counted > wanted) {
            retireSurplus(snapshot, counted - wanted - retire.size(), retire);
        }
        return new ScalingDecision(0, retire, recheck(snapshot, wanted));
    }

    /** How many replicas the snapshot calls for, within the function's limits. */
    private int wanted(PoolSnapshot snapshot) {
        var config = snapshot.config();
        var target = config.singleUse() ? 1 : config.targetInputs();
        var demand = (long) snapshot.inFlight() + snapshot.queued() - patient(snapshot);
        var wanted = (demand + target - 1) / target;
        if (config.bufferReplicas() > 0 && active(snapshot)) {
            wanted += config.bufferReplicas();
        }
        return Math.clamp(wanted, config.minReplicas(), config.maxReplicas());
    }

    /** How many of the inputs that wait do not call for a replica yet. */
    private int patient(PoolSnapshot snapshot) {
        if (snapshot.waitedNanos() >= patienceNanos || snapshot.config().singleUse()) {
            return 0;
        }
        var busy = 0;
        for (var replica : snapshot.replicas()) {
            if (replica.state() == ReplicaState.READY && replica.inFlight() > 0) {
                busy++;
            }
        }
        return Math.min(snapshot.queued(), busy);
    }

    private static boolean active(PoolSnapshot snapshot) {
        if (snapshot.queued() > 0) {
            return true;
        }
        var window = snapshot.config().scaledownWindow().toNanos();
        for (var replica : snapshot.replicas()) {
            var served = replica.state() == ReplicaState.READY && replica.uses() > 0;
            if (replica.inFlight() > 0
                    || (served && snapshot.nowNanos() - replica.idleSinceNanos() < window)) {
                return true;
            }
        }
        return false;
    }

    /**
     * One replica at a time, so that a pool never loses all of its replicas to their age at once.
     */
    private static List<Retirement> recycle(PoolSnapshot snapshot) {
        var due = new ArrayList<Retirement>();
        if (snapshot.count(ReplicaState.CLAIMED) > 0 || snapshot.count(ReplicaState.STARTING) > 0) {
            return due;
        }
        var growth = snapshot.config().recycling().maxHeapGrowthBytes();
        for (var replica : snapshot.replicas()) {
            if (replica.state() != ReplicaState.READY) {
                continue;
            }
            if (replica.retireAtNanos() != Long.MAX_VALUE
                    && snapshot.nowNanos() - replica.retireAtNanos() >= 0) {
                due.add(new Retirement(replica.id(), RetireReason.AGE));
                return due;
            }
            if (growth > 0 && replica.heapGrowthBytes() > growth) {
                due.add(new Retirement(replica.id(), RetireReason.HEAP));
                return due;
            }
        }
        return due;
    }

    private static void retireSurplus(PoolSnapshot snapshot, int surplus, List<Retirement> retire) {
        var left = surplus;
        var over = snapshot.counted() - retire.size() - snapshot.config().maxReplicas();
        var window = snapshot.config().scaledownWindow().toNanos();
        for (var state : List.of(ReplicaState.CLAIMED, ReplicaState.READY)) {
            for (var replica : snapshot.replicas().reversed()) {
                if (left <= 0) {
                    return;
                }
                var idle = snapshot.nowNanos() - replica.idleSinceNanos();
                var goes =
                        state == ReplicaState.CLAIMED
                                || (replica.idle() && (over > 0 || idle >= window));
                var chosen = retire.stream().anyMatch(other -> other.replica() == replica.id());
                if (replica.state() == state && goes && !chosen) {
                    retire.add(new Retirement(replica.id(), RetireReason.IDLE));
                    left--;
                    over--;
                }
            }
        }
    }

    private long recheck(PoolSnapshot snapshot, int wanted) {
        var next = patient(snapshot) > 0 ? patienceNanos - snapshot.waitedNanos() : Long.MAX_VALUE;
        var window = snapshot.config().scaledownWindow().toNanos();
        var mayShrink = snapshot.counted() > snapshot.config().minReplicas();
        for (var replica : snapshot.replicas()) {
            if (replica.state() != ReplicaState.READY) {
                continue;
            }
            if (replica.retireAtNanos() != Long.MAX_VALUE) {
                next = Math.min(next, replica.retireAtNanos() - snapshot.nowNanos());
            }
            if (mayShrink || wanted > snapshot.config().minReplicas()) {
                var idle = replica.idle() ? snapshot.nowNanos() - replica.idleSinceNanos() : 0;
                next = Math.min(next, idle >= window ? window : window - idle);
            }
        }
        return next == Long.MAX_VALUE ? next : Math.max(next, 1_000_000L);
    }
}
