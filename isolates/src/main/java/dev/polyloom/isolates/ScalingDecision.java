// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.List;

/**
 * What a pool should do now.
 *
 * @param start how many replicas to start
 * @param retire the replicas to take away
 * @param recheckNanos how long until time alone may change the decision, {@link Long#MAX_VALUE} for
 *     never
 */
public record ScalingDecision(int start, List<Retirement> retire, long recheckNanos) {

    /** Keeps a copy of the list. */
    public ScalingDecision {
        retire = List.copyOf(retire);
    }

    /**
     * A replica to take away.
     *
     * @param replica its number
     * @param reason why
     */
    public record Retirement(long replica, RetireReason reason) {}
}
