// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * Where a replica is in its life. A ready replica is busy or idle by the number of its inputs,
 * which is not a state of its own.
 */
public enum ReplicaState {
    /** Wanted, and waiting for the host's budget and a start slot. */
    CLAIMED,
    /** Its start code runs. */
    STARTING,
    /** Takes inputs. */
    READY,
    /** Takes no further input; its last inputs and then its exit code run. */
    DRAINING,
    /** Gone in good order. */
    CLOSED,
    /** Gone because its start failed or it died. */
    FAILED;

    /**
     * {@return whether a replica in this state may go to the other one}
     *
     * @param next the other state
     */
    public boolean mayBecome(ReplicaState next) {
        return switch (this) {
            case CLAIMED -> next == STARTING || next == CLOSED;
            case STARTING -> next == READY || next == FAILED || next == CLOSED;
            case READY -> next == DRAINING || next == FAILED;
            case DRAINING -> next == CLOSED;
            case CLOSED, FAILED -> false;
        };
    }

    /**
     * {@return whether a replica in this state counts against the limits of its pool and of the
     * host}
     */
    public boolean counted() {
        return this == CLAIMED || this == STARTING || this == READY;
    }

    /** {@return whether nothing follows this state} */
    public boolean ended() {
        return this == CLOSED || this == FAILED;
    }
}
