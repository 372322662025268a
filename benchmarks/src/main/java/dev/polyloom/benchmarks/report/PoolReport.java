// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.PoolCosts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pools cost. Immutable.
 *
 * @param comparison of a function that does nothing with a bare route
 * @param costs of acquiring and releasing
 */
public record PoolReport(ComparisonReport comparison, List<PoolCosts.Cost> costs) {

    /** Copies the list. */
    public PoolReport {
        costs = List.copyOf(costs);
    }

    /** A row for each setting. */
    public Table table() {
        return new Table(
                List.of("replicas x inputs", "threads", "per µs", "ns each"),
                1,
                costs.stream()
                        .map(cost ->
                                List.of(
                                        cost.shape(),
                                        Integer.toString(cost.threads()),
                                        Figures.of(cost.perMicrosecond()),
                                        Figures.of(cost.nanosEach())))
                        .toList());
    }

    /** The comparison's page, and the table. */
    public String markdown() {
        return comparison.markdown()
                + "\n## Acquiring and releasing a place on a replica\n\n"
                + table().markdown();
    }

    /** All figures, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("comparison", comparison.json());
        json.put("costs", costs);
        return json;
    }
}
