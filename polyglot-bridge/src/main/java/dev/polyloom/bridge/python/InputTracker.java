// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.InputOutcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

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

        /**
         * Asks the guest to give the input up. It then ends with this outcome, unless it ends well.
         */
        void cancel(InputOutcome outcome);

        /**
         * Whether the guest, having been told that the input is cancelled or its client gone, has
         * not come to hear it for a while, because the input's code keeps the owner thread.
         */
        boolean unheard(long nowNanos);

        /**
         * Interrupts its code, if it has been cancelled and runs in a thread other than the owner.
         * Called by one thread, again while that does not end it.
         */
        default void interruptApart(OwnedContext owned) {}
    }

    /** With how often each was found late. */
    private final ConcurrentMap<Tracked, Integer> inputs = new ConcurrentHashMap<>();

    void add(Tracked input) {
        inputs.put(input, 0);
    }

    void remove(Tracked input) {
        inputs.remove(input);
    }

    Set<Tracked> inFlight() {
        return inputs.keySet();
    }

    /** Notes that an input was found late, and returns how often it has been; 0 once removed. */
    int late(Tracked input) {
        Integer times = inputs.computeIfPresent(input, (_, before) -> before + 1);
        return times == null ? 0 : times;
    }

    /** Whether one of them is {@linkplain Tracked#unheard unheard}. */
    boolean unheard() {
        long now = System.nanoTime();
        return inFlight().stream().anyMatch(input -> input.unheard(now));
    }

    void loseAll(String cause) {
        inFlight().forEach(input -> lose(input, cause));
    }

    /**
     * Ends an input because its isolate has ended: as {@link InputOutcome.NotBegun} when none of
     * its code has run, and then none will.
     */
    static void lose(Tracked input, String cause) {
        input.end(input.beginning().lost(cause));
    }
}
