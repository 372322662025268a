// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import static dev.polyloom.benchmarks.measure.ApplicationResultTest.failed;
import static dev.polyloom.benchmarks.measure.ApplicationResultTest.result;
import static dev.polyloom.benchmarks.measure.ApplicationResultTest.server;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.benchmarks.measure.Plan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class ComparisonReportTest {

    private static final Plan PLAN = new Plan(3, 5, 3, 60, 16, 1, 1);

    private static final ComparisonReport REPORT =
            new ComparisonReport(
                    Map.of("commit", "abc"),
                    PLAN,
                    List.of(
                            result(
                                    server("polyloom", 2_000, 2_400, 2_200),
                                    server("uvicorn", 1_000, 1_000, 1_000),
                                    failed("granian"))));

    @Test
    void showsRatiosToEachPeerAndToTheBest() {
        assertThat(REPORT.ratios().rows())
                .containsExactly(
                        List.of(
                                "asgi-hello",
                                "uvicorn",
                                "2.20 (2.00–2.40)",
                                "2.20 (2.00–2.40)",
                                "failed"));
    }

    @Test
    void showsWhatWasMeasuredAndWhatFailed() {
        assertThat(REPORT.figures().rows())
                .containsExactly(
                        List.of(
                                "asgi-hello",
                                "polyloom",
                                "2,200 (2,000–2,400)",
                                "1.00",
                                "2.00",
                                "0.455",
                                "64",
                                "0.60",
                                "> 4.00"),
                        List.of(
                                "asgi-hello",
                                "uvicorn",
                                "1,000 (1,000–1,000)",
                                "1.00",
                                "2.00",
                                "1.000",
                                "64",
                                "0.60",
                                "4.00"),
                        List.of("asgi-hello", "granian", "failed", "–", "–", "–", "–", "–", "–"));
        assertThat(REPORT.whole()).isFalse();
        assertThat(REPORT.markdown())
                .contains("- commit: abc\n")
                .contains("- asgi-hello on granian: under load: Socket errors\n")
                .doesNotContain("and more");
    }

    @Test
    void writesEveryRoundAsJson() {
        var json = JsonMapper.shared().valueToTree(REPORT.json());
        var servers = json.path("applications").path(0).path("servers");
        assertThat(servers.path(0).path("rounds").size()).isEqualTo(3);
        assertThat(servers.path(0).path("rounds").path(1).path("requestsPerSecond").asDouble())
                .isEqualTo(2_400);
        assertThat(servers.path(2).path("failure").asString()).contains("Socket errors");
        assertThat(json.path("applications").path(0).path("ratios").has("granian")).isFalse();
        assertThat(json.path("plan").path("connections").asInt()).isEqualTo(16);
    }
}
