// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

/**
 * How much is measured. Immutable.
 *
 * @param rounds of each server and application
 * @param seconds of load in a round
 * @param starts of each server and application
 * @param warmUpSeconds at most
 * @param connections of wrk, unless the application says otherwise
 * @param workers of each peer, and replicas of Polyloom
 * @param seed of the order within rounds
 */
public record Plan(
        int rounds,
        int seconds,
        int starts,
        int warmUpSeconds,
        int connections,
        int workers,
        long seed) {}
