// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What all pools of a host share.
 *
 * @param ticker the clock; virtual in tests
 * @param budget how many replicas the host has room for
 * @param policy how pools scale
 * @param seed makes the jitter of back-off and recycling; a host gives a random one
 * @param stopGrace how long a replica that is taken away may run its exit code
 */
public record PoolRuntime(
        Ticker ticker, ReplicaBudget budget, ScalingPolicy policy, long seed, Duration stopGrace) {

    /** Much less than any start takes, and more than it takes to get from one input to the next. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /**
     * {@return the system's clock and {@link TargetScaling} with the given budget}
     *
     * @param budget the budget
     */
    public static PoolRuntime standard(ReplicaBudget budget) {
        return new PoolRuntime(
                Ticker.SYSTEM,
                budget,
                new TargetScaling(PATIENCE),
                RandomGenerator.getDefault().nextLong(),
                Duration.ofSeconds(30));
    }

    RandomGenerator random(String pool) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed ^ pool.hashCode());
    }
}
