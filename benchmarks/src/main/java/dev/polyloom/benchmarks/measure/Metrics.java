// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import java.util.regex.Pattern;

/** Reads what a host tells on its admin port. */
final class Metrics {

    private static final Pattern SAMPLE =
            Pattern.compile("^([a-zA-Z_:][\\w:]*)(\\{.*})?\\s+(\\S{1,40})(?:\\s+\\d+)?$");

    private Metrics() {}

    /**
     * Adds up a metric over all its labels.
     *
     * @param text in Prometheus' text format; lines that are no samples are passed over
     */
    static long sum(String text, String name) {
        return sum(text, name, "");
    }

    /**
     * Adds up a metric where one label has a value.
     *
     * @param label such as {@code state="ready"}
     */
    static long sum(String text, String name, String label) {
        return text.lines()
                .map(SAMPLE::matcher)
                .filter(sample ->
                        sample.matches()
                                && sample.group(1).equals(name)
                                && (label.isEmpty()
                                        || String.valueOf(sample.group(2)).contains(label)))
                .mapToLong(sample -> Math.round(number(sample.group(3))))
                .sum();
    }

    private static double number(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
