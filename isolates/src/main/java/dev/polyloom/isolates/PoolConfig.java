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
 * @param recycling when a replica is replaced although it serves
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
        boolean singleUse,
        Recycling recycling) {

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

    /**
     * Settings of a function that declares no recycling.
     *
     * @param minReplicas as in the record
     * @param maxReplicas as in the record
     * @param bufferReplicas as in the record
     * @param scaledownWindow as in the record
     * @param maxInputs as in the record
     * @param targetInputs as in the record
     * @param timeout as in the record
     * @param startTimeout as in the record
     * @param maxQueued as in the record
     * @param queueTimeout as in the record
     * @param singleUse as in the record
     */
    public PoolConfig(
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
        this(
                minReplicas,
                maxReplicas,
                bufferReplicas,
                scaledownWindow,
                maxInputs,
                targetInputs,
                timeout,
                startTimeout,
                maxQueued,
                queueTimeout,
                singleUse,
                Recycling.NEVER);
    }

    /**
     * When replicas are replaced although they serve. Each replica draws limits of its own, so that
     * replicas that started together do not go together.
     *
     * @param maxUses inputs after which a replica is replaced, 0 for never
     * @param maxAge time after which a replica is replaced, {@link Duration#ZERO} for never
     * @param maxHeapGrowthBytes growth, by estimate, of what a replica holds of the heap after
     *     which it is replaced, 0 for never
     * @param jitter how far below {@code maxUses} and {@code maxAge} a replica's own limits may
     *     lie, as a fraction from 0 to 1
     */
    public record Recycling(long maxUses, Duration maxAge, long maxHeapGrowthBytes, double jitter) {

        /** No replica is replaced while it serves. */
        public static final Recycling NEVER = new Recycling(0, Duration.ZERO, 0, 0);

        /** The jitter of functions that declare a limit and say nothing about it. */
        public static final double USUAL_JITTER = 0.2;

        /** Checks the ranges; an illegal value is reported with its name. */
        public Recycling {
            require(maxUses >= 0, "max_uses must not be negative");
            require(!maxAge.isNegative(), "max_age must not be negative");
            require(maxHeapGrowthBytes >= 0, "max_heap_growth must not be negative");
            require(jitter >= 0 && jitter <= 1, "recycling jitter must be between 0 and 1");
        }

        /*
         * Here, for whoever initialises this class must not initialise the outer one, which needs
         * this one.
         */
        private static void require(boolean legal, String message) {
            if (!legal) {
                throw new IllegalArgumentException(message);
            }
        }
    }

    /**
     * {@return the same settings with other bounds for the number of replicas}
     *
     * @param min replicas kept ready
     * @param max the most
     * @param buffer idle replicas kept beside the busy ones
     * @param window how long an idle replica stays
     */
    public PoolConfig withReplicas(int min, int max, int buffer, Duration window) {
        return new PoolConfig(
                min,
                max,
                buffer,
                window,
                maxInputs,
                targetInputs,
                timeout,
                startTimeout,
                maxQueued,
                queueTimeout,
                singleUse,
                recycling);
    }

    /**
     * {@return the same settings with other limits for inputs on one replica}
     *
     * @param max the most
     * @param target inputs per replica to aim at
     */
    public PoolConfig withInputs(int max, int target) {
        return new PoolConfig(
                minReplicas,
                maxReplicas,
                bufferReplicas,
                scaledownWindow,
                max,
                target,
                timeout,
                startTimeout,
                maxQueued,
                queueTimeout,
                singleUse,
                recycling);
    }

    /**
     * {@return the same settings with other limits for inputs that wait}
     *
     * @param max the most
     * @param longest how long an input may wait
     */
    public PoolConfig withQueue(int max, Duration longest) {
        return new PoolConfig(
                minReplicas,
                maxReplicas,
                bufferReplicas,
                scaledownWindow,
                maxInputs,
                targetInputs,
                timeout,
                startTimeout,
                max,
                longest,
                singleUse,
                recycling);
    }

    /**
     * {@return the same settings with another rule for replacing replicas}
     *
     * @param afterOneInput whether a replica is for one use
     * @param rule when replicas are replaced
     */
    public PoolConfig withRecycling(boolean afterOneInput, Recycling rule) {
        return new PoolConfig(
                minReplicas,
                maxReplicas,
                bufferReplicas,
                scaledownWindow,
                maxInputs,
                targetInputs,
                timeout,
                startTimeout,
                maxQueued,
                queueTimeout,
                afterOneInput,
                rule);
    }

    /** Checks the ranges; an illegal value is reported with its name. */
    public PoolConfig {
        Recycling.require(minReplicas >= 0, "min_containers must not be negative");
        Recycling.require(maxReplicas >= 1, "max_containers must be at least 1");
        Recycling.require(
                minReplicas <= maxReplicas, "min_containers must not exceed max_containers");
        Recycling.require(bufferReplicas >= 0, "buffer_containers must not be negative");
        Recycling.require(maxInputs >= 1, "max_inputs must be at least 1");
        Recycling.require(
                targetInputs >= 1 && targetInputs <= maxInputs,
                "target_inputs must be between 1 and max_inputs");
        Recycling.require(timeout.isPositive(), "timeout must be positive");
        Recycling.require(startTimeout.isPositive(), "startup_timeout must be positive");
        Recycling.require(maxQueued >= 0, "max_queued must not be negative");
        Recycling.require(queueTimeout.isPositive(), "queue_timeout must be positive");
        Recycling.require(!scaledownWindow.isNegative(), "scaledown_window must not be negative");
    }
}
