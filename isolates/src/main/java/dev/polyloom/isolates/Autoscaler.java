// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings a pool to the number of replicas that the policy says, at every event that may change it
 * and, through a virtual thread called the keeper, when time alone does. Guarded by the pool's
 * lock, but for {@link #growable()}. The keeper lives only while the pool has replicas or a
 * minimum.
 */
final class Autoscaler<I extends Isolate> {

    private static final System.Logger LOG = System.getLogger(Autoscaler.class.getName());
    private static final long HEALTH_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final ScalingDecision NO_DECISION =
            new ScalingDecision(0, List.of(), TimeUnit.SECONDS.toNanos(1));

    private final PoolCore core;
    private final Fleet<I> fleet;
    private final AdmissionQueue<I> queue;
    private final ReplicaStarter<I> starter;

    private volatile boolean growable = true;
    private @Nullable Thread keeper;
    private long wakeAtNanos;
    private int floor;

    Autoscaler(PoolCore core, Fleet<I> fleet, AdmissionQueue<I> queue, ReplicaStarter<I> starter) {
        this.core = core;
        this.fleet = fleet;
        this.queue = queue;
        this.starter = starter;
    }

    /** Whether another replica might be started. Needs no lock. */
    boolean growable() {
        return growable;
    }

    /** Sets how many replicas to keep beside the minimum, while somebody waits for them. */
    void floor(int replicas) {
        floor = replicas;
    }

    int floor() {
        return floor;
    }

    /** Does what the policy says about the pool as it stands. */
    void evaluate() {
        if (core.closed) {
            growable = false;
            return;
        }
        var now = core.now();
        var config = core.config;
        fleet.expireStarts(now, config.startTimeout());
        fleet.buryDead();
        var decision = apply(decide(now));
        if (!decision.retire().isEmpty()) {
            decision = apply(decide(now)); // what was recycled may need a successor
        }
        var counted = fleet.counted();
        var backoff = fleet.backoff().remaining(now);
        growable = counted < config.maxReplicas() && backoff == 0;
        if (counted == 0 && backoff > 0) {
            queue.refuseAll(
                    Admission.Reason.START_FAILED,
                    Duration.ofNanos(backoff),
                    "the last start failed: " + fleet.backoff().describe(),
                    fleet.backoff().cause());
        }
        var next =
                Math.min(
                        decision.recheckNanos(), fleet.nextStartExpiry(now, config.startTimeout()));
        if (counted > 0 || config.minReplicas() > 0) {
            next = Math.min(next, HEALTH_NANOS);
            next = backoff > 0 ? Math.min(next, backoff) : next;
        }
        recheckWithin(next);
    }

    private ScalingDecision decide(long now) {
        try {
            return core.runtime.policy().decide(snapshot(now));
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "the scaling policy failed", failure);
            return NO_DECISION;
        }
    }

    private ScalingDecision apply(ScalingDecision decision) {
        for (var retirement : decision.retire()) {
            var _ = fleet.retire(retirement.replica(), retirement.reason());
        }
        for (var i = 0; i < decision.start(); i++) {
            starter.start();
        }
        return decision;
    }

    PoolSnapshot snapshot(long now) {
        var config = core.config;
        if (floor > config.minReplicas()) {
            config =
                    config.withReplicas(
                            Math.min(floor, config.maxReplicas()),
                            config.maxReplicas(),
                            config.bufferReplicas(),
                            config.scaledownWindow());
        }
        var allowed = core.closed ? 0 : fleet.backoff().allowed(now, fleet.coming());
        return new PoolSnapshot(
                core.name,
                now,
                config,
                fleet.snapshots(),
                queue.waiting(),
                queue.waitedNanos(now),
                allowed);
    }

    // The keeper

    /** Whether the keeper has ended. */
    boolean resting() {
        return keeper == null;
    }

    /** Makes the keeper look whether the pool is closed. */
    void wake() {
        LockSupport.unpark(keeper);
    }

    private void recheckWithin(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        var at = core.now() + nanos;
        if (keeper == null) {
            wakeAtNanos = at;
            keeper = core.spawn("keeper", this::keep);
        } else if (at - wakeAtNanos < 0) {
            wakeAtNanos = at;
            LockSupport.unpark(keeper);
        }
    }

    private void keep() {
        var left = lookAround();
        while (left > 0) {
            LockSupport.parkNanos(this, left);
            left = lookAround();
        }
    }

    /** Evaluates the pool when it is time to; returns how long to sleep, 0 for the end. */
    private long lookAround() {
        core.lock.lock();
        try {
            if (wakeAtNanos - core.now() <= 0) {
                wakeAtNanos = core.now() + HEALTH_NANOS;
                evaluate();
            }
            if (core.closed || (fleet.empty() && core.config.minReplicas() == 0)) {
                keeper = null;
                return 0;
            }
            return Math.max(wakeAtNanos - core.now(), SHORTEST_SLEEP_NANOS);
        } finally {
            core.lock.unlock();
        }
    }
}
