// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final Table TABLE =
            new Table(
                    List.of("server", "req/s"),
                    1,
                    List.of(List.of("polyloom", "9"), List.of("u", "1,000 (–)")));

    @Test
    void alignsWordsLeftAndFiguresRight() {
        assertThat(TABLE.text())
                .isEqualTo(
                        """
                        server        req/s
                        polyloom          9
                        u         1,000 (–)
                        """);
    }

    @Test
    void writesMarkdown() {
        assertThat(TABLE.markdown())
                .isEqualTo(
                        """
                        | server | req/s |
                        | --- | --: |
                        | polyloom | 9 |
                        | u | 1,000 (–) |
                        """);
    }

    @Test
    void aCellCannotBreakOutOfItsRow() {
        var table = new Table(List.of("a"), 1, List.of(List.of("x | y\r\nz")));
        assertThat(table.markdown()).isEqualTo("| a |\n| --- |\n| x \\| y z |\n");
    }

    @Test
    void refusesARowThatDoesNotFit() {
        assertThatThrownBy(() -> new Table(List.of("a", "b"), 1, List.of(List.of("x"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
