// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Optional;

/**
 * The rate limits that a function declares. Immutable.
 *
 * @param all for all of its inputs together
 * @param perClient for those of each client address
 */
public record RateLimits(Optional<RateLimit> all, Optional<RateLimit> perClient) {

    /** A function that declares none. */
    public static final RateLimits NONE = new RateLimits(Optional.empty(), Optional.empty());
}
