// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.RateLimit;
import java.util.Optional;

/**
 * What a host allows to all of its functions together. Immutable.
 *
 * @param rate how many inputs are taken in a time, none for any number
 * @param maxReplicas most replicas that count at once, at least 1
 * @param maxStarts most replicas that start at once, at least 1
 */
public record HostLimits(Optional<RateLimit> rate, int maxReplicas, int maxStarts) {

    /** What holds unless told otherwise. */
    public static final HostLimits DEFAULT = new HostLimits(Optional.empty(), 64, 2);

    /** Checks the ranges. */
    public HostLimits {
        if (maxReplicas < 1 || maxStarts < 1) {
            throw new IllegalArgumentException("a host needs room for at least one replica");
        }
    }
}
