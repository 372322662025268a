// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/** Stops the isolates of one pool on virtual threads. Guarded by the pool's lock. */
final class ReplicaStopper<I extends Isolate> {

    private static final System.Logger LOG = System.getLogger(ReplicaStopper.class.getName());

    private final PoolCore core;
    private final Fleet<I> fleet;
    private boolean bounded;
    private long deadlineNanos;

    ReplicaStopper(PoolCore core, Fleet<I> fleet) {
        this.core = core;
        this.fleet = fleet;
    }

    /** Sets when the pool's drain ends, in {@link System#nanoTime()}. */
    void deadline(long nanos) {
        bounded = true;
        deadlineNanos = nanos;
    }

    /** Stops a replica that nothing runs on any more. A second call does nothing. */
    void stop(Replica<I> replica) {
        if (!replica.stopping) {
            replica.stopping = true;
            var grace = grace();
            var _ = core.spawn("stop-" + replica.id, () -> runStop(replica, grace));
        }
    }

    private Duration grace() {
        var usual = core.runtime.stopGrace();
        if (!bounded) {
            return usual;
        }
        var left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        return left.compareTo(usual) < 0 ? left : usual;
    }

    private void runStop(Replica<I> replica, Duration grace) {
        try {
            replica.isolate.stop(grace);
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.WARNING, "an isolate failed to stop", failure);
            kill(replica);
        }
        core.locked(() -> fleet.closed(replica));
    }

    /** Kills a replica's isolate. Needs no lock. */
    void kill(Replica<I> replica) {
        try {
            replica.isolate.kill();
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.WARNING, "an isolate failed to be killed", failure);
        }
    }
}
