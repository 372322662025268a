// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * One replica as it stood at the moment of a {@link PoolSnapshot}. Times are those of the pool's
 * {@link Ticker}.
 *
 * @param id the replica's number, higher for newer ones
 * @param state its state
 * @param inFlight inputs that run on it
 * @param uses inputs it has taken so far
 * @param sinceNanos when it entered {@code state}
 * @param idleSinceNanos when an input last left it, or it became ready
 * @param retireAtNanos when it is due to be recycled for its age, {@link Long#MAX_VALUE} for never
 * @param heapGrowthBytes how much its heap grew since it became ready, 0 when not known
 */
public record ReplicaSnapshot(
        long id,
        ReplicaState state,
        int inFlight,
        long uses,
        long sinceNanos,
        long idleSinceNanos,
        long retireAtNanos,
        long heapGrowthBytes) {

    /** {@return whether it is ready and no input runs on it} */
    public boolean idle() {
        return state == ReplicaState.READY && inFlight == 0;
    }
}
