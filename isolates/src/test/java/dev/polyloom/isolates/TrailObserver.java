// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.List;

/** Writes what it sees into a list of strings. */
record TrailObserver(List<String> trail) implements PoolObserver {

    @Override
    public void replicaClaimed(long replica) {
        trail.add(replica + " claimed");
    }

    @Override
    public void replicaChanged(long replica, ReplicaState from, ReplicaState to) {
        trail.add(replica + " " + from + ">" + to);
    }

    @Override
    public void startPhase(long replica, String phase, Duration took) {
        trail.add(replica + " phase " + phase);
    }

    @Override
    public void startFailed(long replica, String cause, Duration backoff) {
        trail.add(replica + " start failed: " + cause);
    }

    @Override
    public void replicaRetired(long replica, RetireReason reason) {
        trail.add(replica + " retired " + reason);
    }

    @Override
    public void inputAdmitted(long replica, long queuedNanos, long startingNanos, boolean cold) {
        trail.add(replica + (cold ? " cold input" : " input"));
    }

    @Override
    public void inputEnded(long replica) {
        trail.add(replica + " input ended");
    }

    @Override
    public void inputRejected(Admission.Reason reason) {
        trail.add("rejected " + reason);
    }
}
