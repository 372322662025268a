// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import picocli.CommandLine.Option;

/** How long and how often servers are measured, in an order of chance. */
final class RoundOptions {

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds for each measurement (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "Load on each server in a round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the order within rounds (default: ${DEFAULT-VALUE}).")
    private long seed;

    RoundOptions() {}

    int rounds(Checks checks) {
        return checks.atLeast(1, "--rounds", rounds);
    }

    int seconds(Checks checks) {
        return checks.atLeast(1, "--seconds", seconds);
    }

    long seed() {
        return seed;
    }
}
