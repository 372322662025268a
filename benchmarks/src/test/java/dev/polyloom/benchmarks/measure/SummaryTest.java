// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SummaryTest {

    @Test
    void sumsUpFiguresInAnyOrder() {
        assertThat(Summary.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Summary(3, 1, 2, 3, 3, 3));
        assertThat(Summary.of(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
    }

    @Test
    void takesPercentilesThatWereMeasured() {
        var hundred = IntStream.rangeClosed(1, 100).mapToObj(figure -> (double) figure).toList();
        assertThat(Summary.of(hundred)).isEqualTo(new Summary(100, 1, 50.5, 90, 99, 100));
    }

    @Test
    void nothingSumsUpToNothing() {
        assertThat(Summary.of(List.of())).isEqualTo(new Summary(0, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsTheOrderOfItsParts(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++) {
            var figures = new ArrayList<Double>();
            for (var count = 1 + random.nextInt(30); count > 0; count--) {
                figures.add(random.nextGaussian());
            }
            var summary = Summary.of(figures);
            assertThat(
                            List.of(
                                    summary.min(),
                                    summary.median(),
                                    summary.p90(),
                                    summary.p99(),
                                    summary.max()))
                    .as("seed %d: %s", seed, figures)
                    .isSorted();
            assertThat(figures)
                    .contains(summary.min(), summary.p90(), summary.p99(), summary.max());
        }
    }
}
