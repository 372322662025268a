// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessFiguresTest {

    private static final String STAT =
            "4711 (a) R (b c) S 1 4711 4711 0 -1 4194304 2500 10 0 0 150 25 7 3 20 0 12 0 99 123 45\n";
    private static final String STATUS =
            "Name:\ta) R (b c\nVmPeak:\t  9000 kB\nVmRSS:\t  2048 kB\nThreads:\t12\n";

    @Test
    void readsAProcessWhoseNameLooksLikeFields() {
        assertThat(ProcessFigures.parse(STAT, STATUS))
                .contains(new ProcessFigures(150 + 25 + 7 + 3, 2_048 * 1_024, 12));
    }

    @Test
    void takesAProcessThatIsNotReapedForEnded() {
        assertThat(ProcessFigures.parse(STAT, "Name:\tx\nState:\tZ (zombie)\nThreads:\t1\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4711",
                "4711 (a)",
                "4711 (a) S 1 2 3",
                "4711 (a) S 1 4711 4711 0 -1 4194304 2500 10 0 0 x 25 7 3 20",
                "4711 (a) S 1 4711 4711 0 -1 4194304 2500 10 0 0 -1 25 7 3 20",
                "4711 (a) S 1 4711 4711 0 -1 4194304 2500 10 0 0 9999999999999999999 25 7 3 20"
            })
    void refusesWhatTheKernelDoesNotWrite(String stat) {
        assertThat(ProcessFigures.parse(stat, STATUS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void readsOrRefusesWhateverComes(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++) {
            var stat = new StringBuilder(STAT);
            var status = new StringBuilder(STATUS);
            for (var change = random.nextInt(6); change >= 0; change--) {
                stat.setCharAt(random.nextInt(stat.length()), (char) random.nextInt(256));
                status.setCharAt(random.nextInt(status.length()), (char) random.nextInt(256));
            }
            var figures = ProcessFigures.parse(stat.toString(), status.toString());
            figures.ifPresent(found -> {
                assertThat(found.cpuTicks()).as("seed %d", seed).isNotNegative();
                assertThat(found.residentBytes()).as("seed %d", seed).isNotNegative();
            });
        }
    }

    @Test
    void readsThisProcess() {
        var pid = ProcessHandle.current().pid();
        var figures = ProcessFigures.of(pid).orElseThrow();
        assertThat(figures.cpuTicks()).isPositive();
        assertThat(figures.residentBytes()).isGreaterThan(1 << 20);
        assertThat(figures.threads()).isPositive();
        assertThat(ProcessFigures.descriptors(pid).orElseThrow()).isPositive();
    }

    @Test
    void aProcessThatIsNotThereHasNoFigures() throws Exception {
        var process = new ProcessBuilder("true").start();
        assertThat(process.waitFor()).isZero();
        assertThat(ProcessFigures.of(process.pid())).isEmpty();
        assertThat(ProcessFigures.descriptors(process.pid())).isEmpty();
    }
}
