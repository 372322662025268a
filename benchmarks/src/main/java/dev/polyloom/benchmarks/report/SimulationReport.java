// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.ScalingSimulation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What scaling policies made of loads. Immutable.
 *
 * @param facts what the figures depend on
 * @param rows of each load and policy
 */
public record SimulationReport(Map<String, String> facts, List<ScalingSimulation.Row> rows) {

    private static final double PERCENT = 100;

    /** A row for each load and policy. */
    public Table table() {
        return new Table(
                List.of(
                        "load",
                        "policy",
                        "inputs",
                        "utilisation %",
                        "mean replicas",
                        "cold %",
                        "wait p50 ms",
                        "p95",
                        "p99",
                        "max",
                        "refused"),
                2,
                rows.stream().map(SimulationReport::row).toList());
    }

    private static List<String> row(ScalingSimulation.Row row) {
        return Stream.concat(
                        Stream.concat(
                                Stream.of(
                                        row.load(),
                                        row.policy(),
                                        String.format(Locale.ROOT, "%,d", row.inputs()),
                                        Figures.of(row.utilisation() * PERCENT),
                                        Figures.of(row.replicas()),
                                        Figures.of(row.coldShare() * PERCENT)),
                                row.waits().stream().map(Figures::of)),
                        Stream.of(Long.toString(row.refused())))
                .toList();
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "Scaling policies in virtual time",
                facts,
                "How well replicas were used, and how long inputs waited.",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("rows", rows);
        return json;
    }
}
