// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Map;

/**
 * Loads apps of one language. Thread-safe; loads may run side by side.
 *
 * <p>Closing it ends everything it started that no {@link LoadedApp} owns, such as stock.
 */
public interface AppRuntime extends AutoCloseable {

    /** The language it loads. */
    AppSource.Language language();

    /**
     * Reads, compiles or imports the source and finds its functions. Blocks.
     *
     * @throws AppLoadException when the source is at fault; nothing is left behind
     * @throws InterruptedException when the caller gives up; nothing is left behind
     */
    LoadedApp load(AppSource source, AppContext context)
            throws AppLoadException, InterruptedException;

    /**
     * {@return how many contexts have not ended: {@code stock} for those that no app has yet,
     * {@code claimed} for the others} Empty where there are no such things.
     */
    default Map<String, Integer> contexts() {
        return Map.of();
    }

    /**
     * {@return how many threads run code of isolates that have been given up, because they cannot
     * be stopped}
     */
    default int abandonedThreads() {
        return 0;
    }

    /**
     * Memory has become scarce, or is there again: while it is scarce, nothing is to be made ahead
     * of need. Must not block.
     */
    default void tight(boolean scarce) {}

    @Override
    void close();
}
