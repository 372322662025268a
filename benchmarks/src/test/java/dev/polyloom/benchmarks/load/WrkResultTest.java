// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WrkResultTest {

    private static final String PLAIN =
            """
            Running 2s test @ http://127.0.0.1:9480/
              1 threads and 16 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     1.53ms    1.01ms  32.91ms   96.78%
                Req/Sec    10.94k     1.35k   12.43k    85.00%
              Latency Distribution
                 50%    1.36ms
                 75%    1.55ms
                 90%    1.86ms
                 99%  905.00us
              21777 requests in 2.00s, 3.12MB read
            Requests/sec:  10880.49
            Transfer/sec:      1.56MB
            """;

    @Test
    void readsThroughputAndLatency() throws Exception {
        assertThat(WrkResult.parse(PLAIN))
                .isEqualTo(new WrkResult(21_777, 10_880.49, 1.36, 0.905, Optional.empty()));
    }

    @Test
    void tellsSocketErrorsAndWrongStatuses() throws Exception {
        var output =
                PLAIN.replace(
                        "Requests/sec",
                        """
                          Socket errors: connect 0, read 3, write 0, timeout 16
                          Non-2xx or 3xx responses: 21777
                        Requests/sec\
                        """);
        assertThat(WrkResult.parse(output).faults())
                .contains(
                        "Socket errors: connect 0, read 3, write 0, timeout 16;"
                                + " Non-2xx or 3xx responses: 21777");
    }

    @ParameterizedTest
    @CsvSource({"1.00us,0.001", "12.50ms,12.5", "1.53s,1530", "1.00m,60000", "2.00h,7200000"})
    void readsTimesInAllUnits(String word, double millis) {
        assertThat(WrkResult.millis(word)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ms", "1.36", "-1ms", "1e3ms", "1.ms", "1.36 ms", "nan", "1ms\n"})
    void refusesWhatIsNoTime(String word) {
        assertThat(WrkResult.millis(word)).isEmpty();
    }

    @Test
    void refusesOutputThatLacksAFigure() {
        for (var gone : new String[] {"21777 requests", "Requests/sec", " 50%", " 99%"}) {
            assertThatThrownBy(() -> WrkResult.parse(PLAIN.replace(gone, "")))
                    .isInstanceOf(WrkResult.UnreadableException.class)
                    .hasMessageContaining("Running 2s test");
        }
        assertThatThrownBy(() -> WrkResult.parse("unable to connect to 127.0.0.1:1"))
                .isInstanceOf(WrkResult.UnreadableException.class)
                .hasMessageContaining("unable to connect");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void readsOrRefusesWhateverComes(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++) {
            var output = new StringBuilder(PLAIN);
            for (var change = random.nextInt(6); change >= 0; change--) {
                output.setCharAt(random.nextInt(output.length()), (char) random.nextInt(128));
            }
            try {
                var result = WrkResult.parse(output.toString());
                assertThat(result.requests()).as("seed %d", seed).isNotNegative();
                assertThat(result.requestsPerSecond())
                        .as("seed %d", seed)
                        .isNotNegative()
                        .isFinite();
                assertThat(result.p50Millis()).as("seed %d", seed).isNotNegative().isFinite();
                assertThat(result.p99Millis()).as("seed %d", seed).isNotNegative().isFinite();
            } catch (WrkResult.UnreadableException e) {
                assertThat(e).as("seed %d", seed).message().contains("wrk's output has no");
            }
        }
    }
}
