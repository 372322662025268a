// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetricsTest {

    private static final String TEXT =
            """
            # HELP polyloom_replicas
            # TYPE polyloom_replicas gauge
            polyloom_replicas{app="a",function="f",state="ready"} 2.0
            polyloom_replicas{app="a",function="f",state="idle"} 1.0
            polyloom_replicas_more{app="}"} 50.0
            polyloom_replicas 4
            polyloom_queue_wait_seconds_sum{app="a"} NaN
            """;

    @Test
    void addsUpOneMetric() {
        assertThat(Metrics.sum(TEXT, "polyloom_replicas")).isEqualTo(7);
        assertThat(Metrics.sum(TEXT, "polyloom_nothing")).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void passesOverWhateverIsNoSample(long seed) {
        var random = new Random(seed);
        var good = "polyloom_replicas{state=\"ready\"} 3.0\n";
        for (var i = 0; i < 1_000; i++) {
            var noise = new StringBuilder();
            for (var length = random.nextInt(60); length > 0; length--) {
                noise.append((char) (' ' + random.nextInt(95)));
            }
            assertThat(Metrics.sum("# " + noise + "\n" + good, "polyloom_replicas"))
                    .as("seed %d: %s", seed, noise)
                    .isEqualTo(3);
        }
    }
}
