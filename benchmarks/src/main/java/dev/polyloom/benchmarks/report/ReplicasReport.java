// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Replicas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each further replica costs. Immutable.
 *
 * @param facts what the figures depend on
 * @param result of both servers
 */
public record ReplicasReport(Map<String, String> facts, Replicas.Result result) {

    /** A row for each server and number of replicas. */
    public Table table() {
        List<List<String>> rows = new ArrayList<>();
        result.polyloom().forEach(size -> rows.add(row("polyloom", size)));
        result.uvicorn().forEach(size -> rows.add(row("uvicorn", size)));
        return new Table(
                List.of("server", "replicas or workers", "RSS MiB", "PSS MiB", "live heap MiB"),
                1,
                rows);
    }

    private static List<String> row(String server, Replicas.Size size) {
        return List.of(
                server,
                Integer.toString(size.count()),
                Figures.mebibytes(size.residentBytes()),
                Figures.mebibytes(size.proportionalBytes()),
                size.liveBytes() == 0 ? "" : Figures.mebibytes(size.liveBytes()));
    }

    /** What each further one costs. */
    public String each() {
        return "each further replica costs "
                + each(result.polyloom())
                + "; each further worker of uvicorn "
                + each(result.uvicorn());
    }

    private static String each(List<Replicas.Size> sizes) {
        return Figures.mebibytes(Math.round(Replicas.Result.residentEach(sizes)))
                + " MiB of RSS ("
                + Figures.mebibytes(Math.round(Replicas.Result.proportionalEach(sizes)))
                + " MiB of PSS)";
    }

    /** A page with the table. */
    public String markdown() {
        return Pages.page(
                "The memory of further replicas",
                facts,
                "One FastAPI application; the host's figures after a collection: " + each() + ".",
                table());
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("replicas", result);
        json.put("polyloomResidentEach", Replicas.Result.residentEach(result.polyloom()));
        json.put("uvicornResidentEach", Replicas.Result.residentEach(result.uvicorn()));
        return json;
    }
}
