// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How functions took a step in the number of clients. Immutable.
 *
 * @param facts what the figures depend on
 * @param results of each way of writing the handler
 */
public record StepReport(Map<String, String> facts, List<Step.Result> results) {

    /** A row for each way of writing the handler. */
    public Table table() {
        return new Table(
                List.of(
                        "handler",
                        "clients",
                        "ideal req/s",
                        "90 % after s",
                        "best second",
                        "requests",
                        "failures"),
                1,
                results.stream().map(StepReport::row).toList());
    }

    private static List<String> row(Step.Result result) {
        double longest = result.plan().longest().toSeconds();
        return List.of(
                result.sample().label(),
                "1 → " + result.plan().clients(),
                Figures.of(result.idealPerSecond()),
                result.secondsToShare().isPresent()
                        ? Figures.of(result.secondsToShare().getAsDouble())
                        : "> " + Figures.of(longest),
                Long.toString(
                        result.perSecond().stream().mapToLong(Long::longValue).max().orElse(0)),
                Long.toString(result.requests()),
                Integer.toString(result.failures().size()));
    }

    /** Whether every request was answered rightly. */
    public boolean whole() {
        return results.stream().allMatch(result -> result.failures().isEmpty());
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "A step in the number of clients",
                facts,
                "Each input sleeps for 100 ms; ideally nothing else takes time.",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("steps", results);
        return json;
    }
}
