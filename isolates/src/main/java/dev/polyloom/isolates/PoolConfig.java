// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/**
 * What a function declares about its replicas. Immutable.
 *
 * @param minReplicas replicas kept ready even when idle; 0 or more
 * @param maxReplicas most replicas that serve at once; at least 1 and at least {@code minReplicas}
 * @param bufferReplicas idle replicas kept ready beyond the busy ones while the function is active;
 *     0 or more
 * @param scaledownWindow how long a replica above the minimum stays idle before it is taken away
 * @param maxInputs most inputs that one replica takes at once; 1 or more
 * @param targetInputs inputs per replica the scaling aims at; 1 to {@code maxInputs}
 * @param timeout how long one input may run, counted from the moment its code starts
 * @param startTimeout how long a replica may take to start
 * @param maxQueued most inputs that wait for a replica; beyond that they are rejected
 * @param queueTimeout how long an input may wait for a replica that is ready
 * @param singleUse whether a replica is retired after one input
 */
public record PoolConfig(
        int minReplicas,
        int maxReplicas,
        int bufferReplicas,
        Duration scaledownWindow,
        int maxInputs,
        int targetInputs,
        Duration timeout,
        Duration startTimeout,
        int maxQueued,
        Duration queueTimeout,
        boolean singleUse) {

    /** The settings of a function that declares nothing. */
    public static final PoolConfig DEFAULT =
            new PoolConfig(
                    0,
                    2,
                    0,
                    Duration.ofSeconds(60),
                    1,
                    1,
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(60),
                    2_000,
                    Duration.ofSeconds(60),
                    false);

    /** Checks the ranges; an illegal value is reported with its name. */
    public PoolConfig {
        require(minReplicas >= 0, "min_containers must not be negative");
        require(maxReplicas >= 1, "max_containers must be at least 1");
        require(minReplicas <= maxReplicas, "min_containers must not exceed max_containers");
        require(bufferReplicas >= 0, "buffer_containers must not be negative");
        require(maxInputs >= 1, "max_inputs must be at least 1");
        require(
                targetInputs >= 1 && targetInputs <= maxInputs,
                "target_inputs must be between 1 and max_inputs");
        require(timeout.isPositive(), "timeout must be positive");
        require(startTimeout.isPositive(), "startup_timeout must be positive");
        require(maxQueued >= 0, "max_queued must not be negative");
        require(queueTimeout.isPositive(), "queue_timeout must be positive");
    }

    private static void require(boolean legal, String message) {
        if (!legal) {
            throw new IllegalArgumentException(message);
        }
    }
}
