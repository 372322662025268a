// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolStats;
import java.util.Optional;

/**
 * Shows and changes how the functions that a host serves scale. Thread-safe; never blocks for long.
 */
public interface FunctionControl {

    /** Knows no function. */
    FunctionControl NONE =
            new FunctionControl() {
                @Override
                public Optional<PoolStats> stats(String app, String function) {
                    return Optional.empty();
                }

                @Override
                public Optional<PoolConfig> update(
                        String app, String function, AutoscalerChange change) {
                    return Optional.empty();
                }
            };

    /** {@return a function's statistics, empty when it is not served} */
    Optional<PoolStats> stats(String app, String function);

    /**
     * Changes how a function scales until its source is loaded anew.
     *
     * @return all settings in force then, empty when the function is not served
     * @throws IllegalArgumentException when they make no sense together; nothing has changed then
     */
    Optional<PoolConfig> update(String app, String function, AutoscalerChange change);
}
