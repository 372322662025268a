// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Reason;
import dev.polyloom.isolates.Admission.Rejected;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Admits the inputs of one pool to replicas and queues those that do not fit. Thread-safe; the
 * methods that need the pool's lock say so.
 */
final class AdmissionQueue<I extends Isolate> {

    /*
     * Admission to a replica with room takes no lock: it reads the list of open replicas and
     * changes one replica's word by compare-and-set. An input enters the queue under the lock,
     * raises `waiting` and then looks for room once more; a release makes room and then reads
     * `waiting`. One of the two sees the other, so no input waits beside a free place. While
     * `waiting` is not zero nobody takes the fast path, so nobody overtakes.
     */
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);

    private final PoolCore core;
    private final Fleet<I> fleet;
    private final PoolObserver observer;
    private final Pool<I> pool;

    private final Deque<Waiter<I>> waiters = new ArrayDeque<>();
    private volatile int waiting;

    AdmissionQueue(PoolCore core, Fleet<I> fleet, Pool<I> pool) {
        this.core = core;
        this.fleet = fleet;
        this.observer = core.observer;
        this.pool = pool;
    }

    /** How many inputs wait. */
    int waiting() {
        return waiting;
    }

    /** How long the first of them has waited; 0 when none does. With the lock held. */
    long waitedNanos(long now) {
        var first = waiters.peek();
        return first == null ? 0 : Math.max(0, now - first.enqueuedNanos);
    }

    // Fast path

    /** See {@link Pool#acquire(Consumer, Starter)}. */
    Admission<I> acquire(Consumer<Runnable> whenGone, Starter<I> starter)
            throws InterruptedException {
        if (waiting == 0) {
            var replica = take();
            if (replica != null) {
                if (pool.growable() && pressing(replica)) {
                    core.locked(pool::evaluate);
                }
                observer.inputAdmitted(replica.id, 0, 0, false);
                var lease = new PoolLease<>(this, replica, 0, 0, false);
                var _ = starter.begin(lease);
                return new Admitted<>(lease);
            }
        }
        var answer = queue(whenGone, starter);
        if (answer instanceof Rejected<I>(var reason, _, _, _)) {
            observer.inputRejected(reason);
        }
        return answer;
    }

    /** Takes a place on the open replica with the fewest inputs; null when none has room. */
    private @Nullable Replica<I> take() {
        while (true) {
            var config = core.config;
            Replica<I> best = null;
            var least = config.singleUse() ? 1 : config.maxInputs();
            for (var replica : fleet.open()) {
                var load = replica.load();
                if (load < least) {
                    best = replica;
                    least = load;
                    if (load == 0) {
                        break;
                    }
                }
            }
            if (best == null) {
                return null;
            }
            if (best.tryTake(least, config.singleUse())) {
                if (best.isolate.alive()) {
                    return best;
                }
                bury(best);
            }
        }
    }

    private void bury(Replica<I> replica) {
        core.locked(() -> {
            var _ = replica.give(core.now());
            fleet.fail(replica);
            fleet.settle(replica);
        });
    }

    /** Whether the input just admitted may call for another replica. */
    private boolean pressing(Replica<I> replica) {
        var config = core.config;
        return replica.inFlight() > config.targetInputs()
                || (config.bufferReplicas() > 0 && idle() < config.bufferReplicas());
    }

    private int idle() {
        var idle = 0;
        for (var replica : fleet.open()) {
            if (replica.load() == 0) {
                idle++;
            }
        }
        return idle;
    }

    void release(Replica<I> replica) {
        var emptied = replica.give(core.now());
        observer.inputEnded(replica.id);
        if (emptied
                || waiting > 0
                || replica.uses() >= replica.maxUses
                || !replica.isolate.alive()) {
            core.locked(() -> releaseLocked(replica));
        }
        if (core.runtime.budget().hungry()) {
            core.runtime.budget().offerIdle();
        }
    }

    private void releaseLocked(Replica<I> replica) {
        if (!replica.isolate.alive()) {
            fleet.fail(replica);
        }
        if (replica.state == ReplicaState.READY && replica.uses() >= replica.maxUses) {
            fleet.retire(replica, RetireReason.USES);
        } else if (replica.load() == Integer.MAX_VALUE && replica.inFlight() == 0) {
            fleet.settle(replica);
        }
        dispatch(null);
        if (replica.state != ReplicaState.READY || (waiting > 0 && pool.growable())) {
            pool.evaluate();
        }
    }

    void invalidate(Replica<I> replica, String cause) {
        pool.invalidated(replica, cause);
    }

    // Waiting

    private Admission<I> queue(Consumer<Runnable> whenGone, Starter<I> starter)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter<I> waiter;
        core.lock.lock();
        try {
            if (core.closed) {
                return refusal(Reason.CLOSED, SOON, "the pool is closed");
            }
            var now = core.now();
            waiter = new Waiter<>(now, fleet.startClock(now), starter);
            waiters.add(waiter);
            recount();
            dispatch(null);
            if (waiter.answer() == null) {
                pool.evaluate();
            }
            if (waiter.answer() == null && waiters.size() > room()) {
                forget(waiter);
                return refusal(
                        Reason.QUEUE_FULL, SOON, core.config.maxQueued() + " inputs wait already");
            }
        } finally {
            core.lock.unlock();
        }
        whenGone.accept(waiter::abandon);
        return await(waiter);
    }

    /** An input that a replica is being started for does not take a place in the queue. */
    private long room() {
        return core.config.maxQueued() + (long) fleet.coming() * core.config.maxInputs();
    }

    private Admission<I> await(Waiter<I> waiter) throws InterruptedException {
        while (true) {
            long left;
            core.lock.lock();
            try {
                // Read under the lock: waiting for the lock may have used up the answer's wake-up.
                var answer = waiter.answer();
                if (answer != null) {
                    return answer;
                }
                if (waiter.abandoned()) {
                    forget(waiter);
                    return refusal(Reason.ABANDONED, SOON, "nobody waits for the answer");
                }
                left = remaining(waiter);
                if (left <= 0) {
                    return expire(waiter);
                }
            } finally {
                core.lock.unlock();
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                return interrupted(waiter);
            }
            var answer = waiter.answer();
            if (answer != null) {
                return answer;
            }
        }
    }

    /** While a replica starts, the queue's time stands still, but for no longer than a start. */
    private long remaining(Waiter<I> waiter) {
        var now = core.now();
        var config = core.config;
        var started =
                Math.min(
                        fleet.startClock(now) - waiter.startClockNanos,
                        config.startTimeout().toNanos());
        return config.queueTimeout().toNanos() - (now - waiter.enqueuedNanos - started);
    }

    private Admission<I> expire(Waiter<I> waiter) {
        var starved = fleet.open().isEmpty() && fleet.count(ReplicaState.CLAIMED) > 0;
        forget(waiter);
        return starved
                ? refusal(Reason.BUDGET, LATER, "the host has no room for another replica")
                : refusal(
                        Reason.QUEUE_TIMEOUT,
                        SOON,
                        "no replica was free for " + core.config.queueTimeout());
    }

    /** The input may have begun by now; then it is for the caller to end it. */
    private Admission<I> interrupted(Waiter<I> waiter) throws InterruptedException {
        core.lock.lock();
        try {
            if (waiter.answer() instanceof Admitted<I> admitted) {
                Thread.currentThread().interrupt();
                return admitted;
            }
            forget(waiter);
        } finally {
            core.lock.unlock();
        }
        throw new InterruptedException();
    }

    private void forget(Waiter<I> waiter) {
        waiters.remove(waiter);
        recount();
        pool.evaluate();
    }

    private static <I extends Isolate> Rejected<I> refusal(
            Reason reason, Duration retryAfter, String detail) {
        return new Rejected<>(reason, retryAfter, detail, Optional.empty());
    }

    // With the lock held

    private void recount() {
        var before = waiting;
        var now = waiters.size();
        waiting = now;
        if (now != before) {
            observer.queueChanged(before, now);
        }
    }

    /**
     * Hands free places to those that wait, in their order.
     *
     * @param fresh the replica that has just become ready, if one has
     */
    void dispatch(@Nullable Replica<I> fresh) {
        while (!waiters.isEmpty()) {
            var replica = take();
            if (replica == null) {
                return;
            }
            var waiter = waiters.remove();
            recount();
            var queued = core.now() - waiter.enqueuedNanos;
            var cold = replica.equals(fresh);
            var begun = Math.max(0, replica.startedNanos - waiter.enqueuedNanos);
            var starting = cold ? Math.max(0, queued - begun) : 0;
            observer.inputAdmitted(replica.id, queued, starting, cold);
            waiter.answer(new Admitted<>(new PoolLease<>(this, replica, queued, starting, cold)));
        }
    }

    /** Answers all that wait. */
    void refuseAll(Reason reason, Duration retryAfter, String detail, @Nullable Throwable cause) {
        while (!waiters.isEmpty()) {
            waiters.remove()
                    .answer(new Rejected<>(reason, retryAfter, detail, Optional.ofNullable(cause)));
        }
        recount();
    }

    /** Makes those that wait look at the clock and at their limits again. */
    void nudge() {
        waiters.forEach(Waiter::nudge);
    }
}
