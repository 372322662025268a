// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/** Keeps what an observer throws away from the pool. Thread-safe as far as the observer is. */
record GuardedObserver(PoolObserver observer) implements PoolObserver {

    private static final System.Logger LOG = System.getLogger(GuardedObserver.class.getName());

    @Override
    public void replicaClaimed(long replica) {
        guard(() -> observer.replicaClaimed(replica));
    }

    @Override
    public void replicaChanged(long replica, ReplicaState from, ReplicaState to) {
        guard(() -> observer.replicaChanged(replica, from, to));
    }

    @Override
    public void startPhase(long replica, String phase, Duration took) {
        guard(() -> observer.startPhase(replica, phase, took));
    }

    @Override
    public void startFailed(long replica, String cause, Duration backoff) {
        guard(() -> observer.startFailed(replica, cause, backoff));
    }

    @Override
    public void replicaRetired(long replica, RetireReason reason) {
        guard(() -> observer.replicaRetired(replica, reason));
    }

    @Override
    public void queueChanged(int from, int to) {
        guard(() -> observer.queueChanged(from, to));
    }

    @Override
    public void inputAdmitted(long replica, long queuedNanos, long startingNanos, boolean cold) {
        guard(() -> observer.inputAdmitted(replica, queuedNanos, startingNanos, cold));
    }

    @Override
    public void inputEnded(long replica) {
        guard(() -> observer.inputEnded(replica));
    }

    @Override
    public void inputRejected(Admission.Reason reason) {
        guard(() -> observer.inputRejected(reason));
    }

    private static void guard(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "an observer failed", failure);
        }
    }
}
