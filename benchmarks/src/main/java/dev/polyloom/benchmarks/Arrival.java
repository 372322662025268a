// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

/**
 * One input of a simulated load. Immutable.
 *
 * @param atNanos from the load's start
 * @param inputNanos how long the function takes for it; negative for a random time
 */
record Arrival(long atNanos, long inputNanos) {

    /** An input that takes a random time. */
    static Arrival at(long nanos) {
        return new Arrival(nanos, -1);
    }
}
