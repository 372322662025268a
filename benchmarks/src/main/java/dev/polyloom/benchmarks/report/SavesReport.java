// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Saves;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How soon saves showed. Immutable.
 *
 * @param facts what the figures depend on
 */
public record SavesReport(Map<String, String> facts, List<Saves.Result> results) {

    /** Copies the list. */
    public SavesReport {
        results = List.copyOf(results);
    }

    /** A row for each app. */
    public Table table() {
        return new Table(
                List.of(
                        "app",
                        "saves",
                        "min ms",
                        "p50",
                        "p90",
                        "p99",
                        "max",
                        "threads",
                        "descriptors",
                        "replicas",
                        "RSS MiB"),
                1,
                results.stream().map(SavesReport::row).toList());
    }

    private static List<String> row(Saves.Result result) {
        Summary millis = Summary.of(result.millis());
        Saves.Holdings before = result.before();
        Saves.Holdings after = result.after();
        return List.of(
                result.sample().label(),
                Integer.toString(millis.count()),
                Figures.of(millis.min()),
                Figures.of(millis.median()),
                Figures.of(millis.p90()),
                Figures.of(millis.p99()),
                Figures.of(millis.max()),
                before.threads() + " → " + after.threads(),
                before.descriptors() + " → " + after.descriptors(),
                before.replicas() + " → " + after.replicas(),
                Figures.mebibytes(before.residentBytes())
                        + " → "
                        + Figures.mebibytes(after.residentBytes()));
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "Time from save to new answer",
                facts,
                "Milliseconds; what the host held after the first saves and in the end.",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("saves", results);
        return json;
    }
}
