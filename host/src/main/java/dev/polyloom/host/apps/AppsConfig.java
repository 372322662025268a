// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.host.limits.RateLimiter;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.isolates.PoolObserver;
import dev.polyloom.isolates.PoolRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How apps are served.
 *
 * @param sources which
 * @param runtimes what loads them
 * @param terminal where a person is told
 * @param secrets the values of each secret by its name
 * @param labelSuffix what labels end in, {@code -dev} for an ephemeral app
 * @param root the label that also answers at {@code /}; else the only one does
 * @param whenLoaded run once, when every app has been loaded or found faulty
 * @param urls makes a function's URL from its label
 * @param observers sees what happens in each pool
 * @param poolRuntime what the pools share
 * @param rates the rate limits of functions that declare none
 * @param reload whether changes of files make new generations
 * @param keepLastGood whether a generation goes on serving when a newer one fails to load
 * @param eager whether each function has a replica before its first request
 * @param development whether errors tell the guest's traceback
 * @param grace how long inputs in flight may take when their generation ends
 */
public record AppsConfig(
        AppSources sources,
        Runtimes runtimes,
        Terminal terminal,
        Map<String, Map<String, String>> secrets,
        String labelSuffix,
        Optional<String> root,
        Runnable whenLoaded,
        UnaryOperator<String> urls,
        Observers observers,
        PoolRuntime poolRuntime,
        RateLimiter rates,
        boolean reload,
        boolean keepLastGood,
        boolean eager,
        boolean development,
        Duration grace) {

    /** Finds the runtime of a language; opened when it is first needed. */
    @FunctionalInterface
    public interface Runtimes {

        /**
         * The runtime, or empty when there is none for the language. Thread-safe; may block while
         * it opens.
         */
        Optional<AppRuntime> runtime(Language language);
    }

    /** Makes the observers of pools. */
    @FunctionalInterface
    public interface Observers {

        /** The observer of one function's pool. */
        PoolObserver observer(String app, String function);
    }
}
