// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.load.WrkResult;
import dev.polyloom.benchmarks.measure.Many;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What functions cost that nobody asks. Immutable.
 *
 * @param facts what the figures depend on
 * @param result of both hosts
 */
public record ManyReport(Map<String, String> facts, Many.Result result) {

    private static final double KIBIBYTE = 1 << 10;

    /** A row for each host. */
    public Table table() {
        return new Table(
                List.of(
                        "functions",
                        "asked",
                        "replicas",
                        "contexts",
                        "live heap MiB",
                        "RSS MiB",
                        "req/s, one client",
                        "p50 ms"),
                0,
                List.of(row(result.few()), row(result.many())));
    }

    private List<String> row(Many.Host host) {
        return List.of(
                String.format(Locale.ROOT, "%,d", host.functions()),
                Integer.toString(result.plan().active()),
                Long.toString(host.replicas()),
                Long.toString(host.contexts()),
                Figures.mebibytes(host.liveBytes()),
                Figures.mebibytes(host.residentBytes()),
                Figures.spread(of(host, WrkResult::requestsPerSecond)),
                Figures.small(of(host, WrkResult::p50Millis).median()));
    }

    private static Summary of(Many.Host host, ToDoubleFunction<WrkResult> figure) {
        return Summary.of(host.perSecond().stream().mapToDouble(figure).boxed().toList());
    }

    /** What each function more costs. */
    public String each() {
        return "each function that nobody asks costs "
                + Figures.of(result.liveBytesEach() / KIBIBYTE)
                + " KiB of live objects";
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "Functions that nobody asks",
                facts,
                "Two hosts side by side; " + each() + ".",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("many", result);
        json.put("liveBytesEach", result.liveBytesEach());
        return json;
    }
}
