// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

/**
 * How messages came back. Immutable.
 *
 * @param messages that came back
 * @param seconds it took
 * @param p50Millis the median time from sending a message to having it back
 * @param p99Millis the time that 99 of 100 stay below
 */
public record EchoResult(long messages, double seconds, double p50Millis, double p99Millis) {

    /** Messages a second. */
    public double perSecond() {
        return messages / seconds;
    }
}
