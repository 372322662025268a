// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows of text under headings. Immutable.
 *
 * @param headings one a column
 * @param left how many columns, from the first, hold words; the others hold figures
 * @param rows each with as many cells as there are headings
 */
public record Table(List<String> headings, int left, List<List<String>> rows) {

    /** Copies the lists. */
    public Table {
        headings = List.copyOf(headings);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != headings.size()) {
                throw new IllegalArgumentException(row + " does not fit " + headings);
            }
        }
    }

    /** With aligned columns, for a terminal. Ends with a line feed. */
    public String text() {
        List<Integer> widths = IntStream.range(0, headings.size()).mapToObj(this::width).toList();
        return lines().map(row ->
                        IntStream.range(0, row.size())
                                        .mapToObj(column ->
                                                padded(row.get(column), column, widths.get(column)))
                                        .collect(Collectors.joining("  "))
                                        .stripTrailing()
                                + "\n")
                .collect(Collectors.joining());
    }

    /** As a table of Markdown. Ends with a line feed. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(line(headings));
        text.append(
                IntStream.range(0, headings.size())
                        .mapToObj(column -> column < left ? "---" : "--:")
                        .collect(Collectors.joining(" | ", "| ", " |\n")));
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private Stream<List<String>> lines() {
        return Stream.concat(Stream.of(headings), rows.stream());
    }

    private int width(int column) {
        return lines().mapToInt(row -> length(row.get(column))).max().orElse(0);
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private String padded(String cell, int column, int width) {
        String blanks = " ".repeat(width - length(cell));
        return column < left ? cell + blanks : blanks + cell;
    }

    private static String line(List<String> cells) {
        return cells.stream()
                .map(cell -> cell.replace("|", "\\|").replace("\r", "").replace("\n", " "))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
