// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Cold;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How long inputs took that found no replica. Immutable.
 *
 * @param facts what the figures depend on
 * @param results of each kind of app
 */
public record ColdReport(Map<String, String> facts, List<Cold.Result> results) {

    /** A row for each kind of app. */
    public Table table() {
        return new Table(
                List.of(
                        "app",
                        "cold inputs",
                        "p50 ms",
                        "p90",
                        "p99",
                        "max",
                        "start p50",
                        "start p99",
                        "run p50",
                        "run p99",
                        "not calm"),
                1,
                results.stream().map(ColdReport::row).toList());
    }

    private static List<String> row(Cold.Result result) {
        Summary millis = of(result, Cold.Input::millis);
        Summary start = of(result, Cold.Input::startMillis);
        Summary run = of(result, Cold.Input::runMillis);
        return List.of(
                result.sample().label(),
                Integer.toString(millis.count()),
                Figures.of(millis.median()),
                Figures.of(millis.p90()),
                Figures.of(millis.p99()),
                Figures.of(millis.max()),
                Figures.of(start.median()),
                Figures.of(start.p99()),
                Figures.of(run.median()),
                Figures.of(run.p99()),
                Long.toString(result.inputs().stream().filter(input -> !input.calm()).count()));
    }

    private static Summary of(Cold.Result result, ToDoubleFunction<Cold.Input> figure) {
        return Summary.of(result.inputs().stream().mapToDouble(figure).boxed().toList());
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "Inputs to functions without a replica",
                facts,
                "Milliseconds, each input alone on a host at rest whose stock is full.",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("cold", results);
        return json;
    }
}
