// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.load.WrkResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured of one server with one application. Immutable.
 *
 * @param server its name
 * @param startSeconds from starting the process to the first right answer, each of a fresh process
 * @param warmUp how throughput rose
 * @param rounds in order; as many as of every other server unless it failed
 * @param residentBytes of all its processes after the last round
 * @param failure why there are no rounds
 */
public record ServerResult(
        String server,
        List<Double> startSeconds,
        Curve warmUp,
        List<Round> rounds,
        long residentBytes,
        Optional<String> failure) {

    private static final double PEAK_SHARE = 0.9;

    /**
     * One run of load.
     *
     * @param cpuSeconds that all the server's processes ran meanwhile
     */
    public record Round(WrkResult load, double cpuSeconds) {

        /** The CPU time of one request. */
        public double cpuMillisPerRequest() {
            return load.requests() == 0 ? 0 : cpuSeconds * 1_000 / load.requests();
        }
    }

    /** Copies the lists. */
    public ServerResult {
        startSeconds = List.copyOf(startSeconds);
        rounds = List.copyOf(rounds);
    }

    /** Requests a second. */
    public Summary rate() {
        return Summary.of(rounds.stream().map(round -> round.load().requestsPerSecond()).toList());
    }

    /** The median of the rounds' median latencies. */
    public double p50Millis() {
        return Summary.of(rounds.stream().map(round -> round.load().p50Millis()).toList()).median();
    }

    /** The median of the rounds' 99th percentiles. */
    public double p99Millis() {
        return Summary.of(rounds.stream().map(round -> round.load().p99Millis()).toList()).median();
    }

    /** The median of the rounds. */
    public double cpuMillisPerRequest() {
        return Summary.of(rounds.stream().map(Round::cpuMillisPerRequest).toList()).median();
    }

    /**
     * How long the load ran until 90 % of the highest rate seen; empty when the warm-up was over.
     */
    public OptionalDouble secondsToPeak() {
        return warmUp.secondsTo(PEAK_SHARE * Math.max(warmUp.peak(), rate().median()));
    }
}
