// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/**
 * Starts the isolates of one pool, each on a virtual thread of its own: waits for a place in the
 * host's budget and for a start slot, runs the start and the warm-up, and reports how it went.
 */
final class ReplicaStarter<I extends Isolate> {

    private final PoolCore core;
    private final Fleet<I> fleet;
    private final IsolateFactory<I> factory;
    private final Owner<I> owner;

    /** What a starter tells its pool, under the pool's lock. */
    interface Owner<I extends Isolate> {

        /** The pool as the budget sees it. */
        ReplicaBudget.Tenant tenant();

        /** A claim has got its place: is it still wanted? Retires the replica when it is not. */
        void aboutToStart();

        /** A replica has become ready. */
        void becameReady(Replica<I> replica);

        /** A start has failed. */
        void startFailed();
    }

    ReplicaStarter(PoolCore core, Fleet<I> fleet, IsolateFactory<I> factory, Owner<I> owner) {
        this.core = core;
        this.fleet = fleet;
        this.factory = factory;
        this.owner = owner;
    }

    /** Claims a replica and starts it. The caller holds the pool's lock. */
    void start() {
        I isolate;
        try {
            isolate = factory.create();
        } catch (RuntimeException failure) {
            fleet.failCreation(failure);
            return;
        }
        var replica = fleet.claim(isolate);
        replica.starter = core.spawn("start-" + replica.id, () -> run(replica));
    }

    private void run(Replica<I> replica) {
        var budget = core.runtime.budget();
        try {
            budget.take(owner.tenant());
            if (!holdPermit(replica)) {
                budget.give();
                return;
            }
            budget.startSlots().acquire();
        } catch (InterruptedException _) {
            core.locked(() -> fleet.retire(replica, RetireReason.CLOSED));
            return;
        }
        try {
            if (begin(replica)) {
                startIsolate(replica);
            }
        } finally {
            budget.startSlots().release();
        }
    }

    private boolean holdPermit(Replica<I> replica) {
        core.lock.lock();
        try {
            replica.holdsPermit = replica.state == ReplicaState.CLAIMED;
            return replica.holdsPermit;
        } finally {
            core.lock.unlock();
        }
    }

    private boolean begin(Replica<I> replica) {
        core.lock.lock();
        try {
            owner.aboutToStart();
            if (replica.state != ReplicaState.CLAIMED) {
                return false;
            }
            fleet.beginStart(replica);
            return true;
        } finally {
            core.lock.unlock();
        }
    }

    private void startIsolate(Replica<I> replica) {
        try {
            replica.isolate.start();
            var started = core.now();
            factory.warmUp(replica.isolate);
            if (!ready(replica, started, core.now())) {
                replica.isolate.kill();
            }
        } catch (Throwable failure) { // user code may throw anything, an OutOfMemoryError too
            fail(replica, failure);
        }
    }

    private boolean ready(Replica<I> replica, long startedNanos, long warmNanos) {
        core.lock.lock();
        try {
            if (replica.state != ReplicaState.STARTING) {
                return false;
            }
            var id = replica.id;
            var observer = core.observer;
            replica.isolate
                    .startPhases()
                    .forEach((phase, took) -> observer.startPhase(id, phase, took));
            observer.startPhase(id, "start", Duration.ofNanos(startedNanos - replica.startedNanos));
            observer.startPhase(id, "warm-up", Duration.ofNanos(warmNanos - startedNanos));
            fleet.becomeReady(replica);
            owner.becameReady(replica);
            return true;
        } finally {
            core.lock.unlock();
        }
    }

    private void fail(Replica<I> replica, Throwable failure) {
        try {
            replica.isolate.kill();
        } catch (RuntimeException | Error second) {
            failure.addSuppressed(second);
        }
        core.locked(() -> {
            fleet.failStart(replica, failure);
            owner.startFailed();
        });
    }
}
