// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * Decides how many replicas a pool should have.
 *
 * <p>A policy is a pure function: equal snapshots give equal decisions, and it neither blocks nor
 * reads a clock. The pool asks it under its lock.
 */
@FunctionalInterface
public interface ScalingPolicy {

    /**
     * {@return what to do about the snapshot}
     *
     * @param snapshot the pool as it stands
     */
    ScalingDecision decide(PoolSnapshot snapshot);
}
