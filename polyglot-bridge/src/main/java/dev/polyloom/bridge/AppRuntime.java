// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

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

    @Override
    void close();
}
