// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Sockets;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How fast WebSocket messages came back, and what silent connections cost. Immutable.
 *
 * @param facts what the figures depend on
 * @param first the server that the others are compared with
 */
public record SocketsReport(Map<String, String> facts, String first, Sockets.Result result) {

    private static final double MILLIS = 1_000;

    /** A row for each number of connections and server. */
    public Table messages() {
        return new Table(
                List.of(
                        "connections",
                        "server",
                        "messages/s",
                        "p50 ms",
                        "p99 ms",
                        "CPU ms/message",
                        first + " × it"),
                2,
                result.levels().stream().map(this::row).toList());
    }

    private List<String> row(Sockets.Level level) {
        return List.of(
                Integer.toString(level.connections()),
                level.server(),
                Figures.spread(summary(level, round -> round.load().perSecond())),
                Figures.of(summary(level, round -> round.load().p50Millis()).median()),
                Figures.of(summary(level, round -> round.load().p99Millis()).median()),
                Figures.small(
                        summary(
                                        level,
                                        round ->
                                                MILLIS
                                                        * round.cpuSeconds()
                                                        / (double) round.load().messages())
                                .median()),
                level.server().equals(first) ? "" : Figures.spread(ratios(level)));
    }

    private static Summary summary(Sockets.Level level, ToDoubleFunction<Sockets.Round> figure) {
        return Summary.of(level.rounds().stream().mapToDouble(figure).boxed().toList());
    }

    /** The first server's throughput by this one's, round by round. */
    private Summary ratios(Sockets.Level level) {
        List<Sockets.Round> own = level.rounds();
        return result.levels().stream()
                .filter(one ->
                        one.server().equals(first) && one.connections() == level.connections())
                .map(one ->
                        IntStream.range(0, Math.min(own.size(), one.rounds().size()))
                                .mapToObj(i ->
                                        one.rounds().get(i).load().perSecond()
                                                / own.get(i).load().perSecond())
                                .toList())
                .map(Summary::of)
                .findFirst()
                .orElse(Summary.of(List.of()));
    }

    /** A row for each server that held silent connections. */
    public Table idle() {
        return new Table(
                List.of("idle connections", "server", "RSS MiB", "with them", "bytes each"),
                2,
                result.idle().stream()
                        .map(one ->
                                List.of(
                                        Integer.toString(one.connections()),
                                        one.server(),
                                        Figures.mebibytes(one.beforeBytes()),
                                        Figures.mebibytes(one.afterBytes()),
                                        Figures.of((double) one.bytesEach())))
                        .toList());
    }

    /** A page with both tables. */
    public String markdown() {
        List<String> parts = new ArrayList<>();
        parts.add(
                Pages.page(
                        "WebSocket messages sent back",
                        facts,
                        "The median of the rounds, with the least and the greatest.",
                        messages()));
        if (!result.idle().isEmpty()) {
            parts.add("Connections that say nothing:\n\n" + idle().markdown());
        }
        return String.join("\n", parts);
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("levels", result.levels());
        json.put("idle", result.idle());
        return json;
    }
}
