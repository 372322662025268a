// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.apps.Sample;
import dev.polyloom.benchmarks.measure.Starts;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How soon the first answer came after starting the command. Immutable.
 *
 * @param facts what the figures depend on
 * @param starts of each app, in order
 */
public record StartsReport(Map<String, String> facts, Map<Sample, List<Starts.Start>> starts) {

    /** A row for each app. */
    public Table table() {
        return new Table(
                List.of("app", "starts", "first answer s", "CPU-seconds"),
                1,
                starts.entrySet().stream()
                        .map(entry -> row(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static List<String> row(Sample sample, List<Starts.Start> starts) {
        return List.of(
                sample.label(),
                Integer.toString(starts.size()),
                Figures.spread(Summary.of(starts.stream().map(Starts.Start::seconds).toList())),
                Figures.spread(Summary.of(starts.stream().map(Starts.Start::cpuSeconds).toList())));
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "Time from starting the command to the first answer",
                facts,
                "The median, with the least and the greatest.",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("starts", starts);
        return json;
    }
}
