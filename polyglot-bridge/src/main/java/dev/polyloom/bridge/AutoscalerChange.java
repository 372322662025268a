// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.PoolConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Some of the settings by which a function scales; what is empty stays as it is. Immutable.
 *
 * @param minReplicas as in {@link PoolConfig}
 * @param maxReplicas as in {@link PoolConfig}
 * @param bufferReplicas as in {@link PoolConfig}
 * @param scaledownWindow as in {@link PoolConfig}
 */
public record AutoscalerChange(
        OptionalInt minReplicas,
        OptionalInt maxReplicas,
        OptionalInt bufferReplicas,
        Optional<Duration> scaledownWindow) {

    /**
     * {@return settings with this change}
     *
     * @throws IllegalArgumentException when they make no sense together
     */
    public PoolConfig appliedTo(PoolConfig settings) {
        return settings.withReplicas(
                minReplicas.orElse(settings.minReplicas()),
                maxReplicas.orElse(settings.maxReplicas()),
                bufferReplicas.orElse(settings.bufferReplicas()),
                scaledownWindow.orElse(settings.scaledownWindow()));
    }
}
