// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import java.util.Map;
import java.util.stream.Collectors;

/** Pages of Markdown. */
final class Pages {

    private Pages() {}

    /** A page with a list of facts and one table. */
    static String page(String title, Map<String, String> facts, String sentence, Table table) {
        return "# " + title + "\n\n" + list(facts) + "\n" + sentence + "\n\n" + table.markdown();
    }

    static String list(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(fact -> "- " + fact.getKey() + ": " + fact.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
