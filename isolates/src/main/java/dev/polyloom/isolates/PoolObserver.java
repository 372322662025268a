// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/**
 * Sees what happens in one pool. Every method does nothing unless overridden.
 *
 * <p>The events of replicas come in the order they happen, under the pool's lock; those of inputs
 * come on the threads of the inputs, side by side. An observer must be quick, must not block and
 * must not call the pool. What it throws is logged and goes no further.
 */
public interface PoolObserver {

    /** Sees nothing. */
    PoolObserver NONE = new PoolObserver() {};

    /**
     * A replica is wanted and has entered the pool as {@link ReplicaState#CLAIMED}.
     *
     * @param replica the replica's number
     */
    default void replicaClaimed(long replica) {}

    /**
     * A replica went from one state to the next.
     *
     * @param replica the replica's number
     * @param from the state it was in
     * @param to the state it is in
     */
    default void replicaChanged(long replica, ReplicaState from, ReplicaState to) {}

    /**
     * A replica has become ready, and this is how long one phase of its start took.
     *
     * @param phase {@code slot} for the wait for a place in the host, {@code start} for the whole
     *     start, {@code warm-up}, and whatever {@link Isolate#startPhases()} names
     * @param replica the replica's number
     * @param took how long the phase took
     */
    default void startPhase(long replica, String phase, Duration took) {}

    /**
     * A replica's start failed.
     *
     * @param replica the replica's number
     * @param cause what went wrong
     * @param backoff how long no start is tried
     */
    default void startFailed(long replica, String cause, Duration backoff) {}

    /**
     * A replica leaves the pool.
     *
     * @param replica the replica's number
     * @param reason why
     */
    default void replicaRetired(long replica, RetireReason reason) {}

    /**
     * The number of inputs that wait has changed. Comes under the pool's lock.
     *
     * @param from how many waited
     * @param to how many wait now
     */
    default void queueChanged(int from, int to) {}

    /**
     * An input was admitted to a replica.
     *
     * @param queuedNanos how long it waited in all
     * @param startingNanos how long of that the replica took to start
     * @param cold whether a replica had to be started for it
     * @param replica the replica's number
     */
    default void inputAdmitted(long replica, long queuedNanos, long startingNanos, boolean cold) {}

    /**
     * An input gave its place on a replica back.
     *
     * @param replica the replica's number
     */
    default void inputEnded(long replica) {}

    /**
     * An input was refused.
     *
     * @param reason why
     */
    default void inputRejected(Admission.Reason reason) {}
}
