// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether an input is within its rate limits, and what its client is told of them.
 *
 * @param refusal why it is not; empty when it is
 * @param policy the value of {@code RateLimit-Policy}
 * @param state the value of {@code RateLimit}
 */
public record Verdict(Optional<Refusal> refusal, String policy, String state) {

    /**
     * Which limit was reached.
     *
     * @param scope whose inputs it counts
     * @param perSecond how many it takes a second in the long run
     * @param retryAfter when the next input will be taken, if no other comes first
     */
    public record Refusal(RateScope scope, double perSecond, Duration retryAfter) {}
}
