// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/** Why a replica left a pool. */
public enum RetireReason {
    /** Idle for the scale-down window, or wanted no more before it had begun to start. */
    IDLE,
    /** It served its one input. */
    SINGLE_USE,
    /** It served as many inputs as the function declares for a replica. */
    USES,
    /** It reached the age that the function declares for a replica. */
    AGE,
    /** Its heap grew by more than the function declares for a replica. */
    HEAP,
    /** A caller condemned it. */
    INVALIDATED,
    /** It died. */
    DIED,
    /** Another function needed its place in the host's budget. */
    BUDGET,
    /** The memory guard chose it. */
    MEMORY,
    /** The pool drains or is closed. */
    CLOSED
}
