// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.List;

/**
 * A pool as it stood at one moment: all that a scaling decision rests on.
 *
 * @param name the pool's name
 * @param nowNanos the moment, by the pool's {@link Ticker}
 * @param config the pool's settings
 * @param replicas its replicas that have not ended, oldest first
 * @param queued inputs that wait
 * @param waitedNanos how long the first of them has waited; 0 when none does
 * @param startsAllowed how many replicas may be started now; 0 while starts back off or the pool is
 *     closed
 */
public record PoolSnapshot(
        String name,
        long nowNanos,
        PoolConfig config,
        List<ReplicaSnapshot> replicas,
        int queued,
        long waitedNanos,
        int startsAllowed) {

    /** Keeps a copy of the list. */
    public PoolSnapshot {
        replicas = List.copyOf(replicas);
    }

    /**
     * {@return how many replicas are in the given state}
     *
     * @param state the state
     */
    public int count(ReplicaState state) {
        var count = 0;
        for (var replica : replicas) {
            if (replica.state() == state) {
                count++;
            }
        }
        return count;
    }

    /** {@return how many replicas count against the limits} */
    public int counted() {
        var count = 0;
        for (var replica : replicas) {
            if (replica.state().counted()) {
                count++;
            }
        }
        return count;
    }

    /** {@return how many inputs run on replicas that count against the limits} */
    public int inFlight() {
        var sum = 0;
        for (var replica : replicas) {
            if (replica.state().counted()) {
                sum += replica.inFlight();
            }
        }
        return sum;
    }
}
