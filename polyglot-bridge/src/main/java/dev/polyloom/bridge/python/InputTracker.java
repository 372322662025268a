// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.InputOutcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inputs in flight on one isolate, so that none is left unanswered when it dies. Thread-safe.
 */
final class InputTracker {

    /** An input in flight. */
    interface Tracked {
        /** Ends the input with an outcome; later outcomes are ignored. */
        void end(InputOutcome outcome);

        /** Whether its code has begun. */
        Beginning beginning();

        /** When its code started, by {@link System#nanoTime}; 0 while it has not. */
        long startedNanos();

        /** Asks the guest to give the input up. */
        void cancel();
    }

    private final Set<Tracked> inputs = ConcurrentHashMap.newKeySet();

    void add(Tracked input) {
        inputs.add(input);
    }

    void remove(Tracked input) {
        inputs.remove(input);
    }

    Set<Tracked> inFlight() {
        return inputs;
    }

    void loseAll(String cause) {
        inputs.forEach(input -> lose(input, cause));
    }

    /**
     * Ends an input because its isolate has ended: as {@link InputOutcome.NotBegun} when none of
     * its code has run, and then none will.
     */
    static void lose(Tracked input, String cause) {
        input.end(input.beginning().lost(cause));
    }
}
