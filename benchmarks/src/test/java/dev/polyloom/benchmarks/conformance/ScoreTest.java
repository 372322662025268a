// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScoreTest {

    @Test
    void readsADriversLastLine() {
        var score = Score.read("much\n{\"passed\": 3, \"total\": 4, \"notes\": [\"1.2.3\"]}\n\n");
        assertThat(score.text()).isEqualTo("3/4");
        assertThat(score.note()).isEqualTo("1.2.3");
    }

    @Test
    void addsUpARunnersScores() {
        var score = Score.read("SUMMARY 0/1\nSUMMARY valid 45/47 refused 67/70 hang=3\nbye");
        assertThat(score.text()).isEqualTo("112/117");
        assertThat(score.note()).startsWith("SUMMARY valid");
        assertThat(Score.read("SUMMARY 5/5").notes()).isEmpty();
    }

    @Test
    void saysWhatKeptASuiteFromRunning() {
        assertThat(Score.read("{\"missing\": \"litmus is not on PATH\"}").note())
                .isEqualTo("not run: litmus is not on PATH");
        assertThat(Score.read("Traceback\nKeyError").text()).isEqualTo("not run");
        assertThat(Score.missing("it ended:\n  a line\n").note())
                .isEqualTo("not run: it ended: a line ");
        assertThat(Score.read("").atLeast(new Suite.Peer("other", 0, 1))).isFalse();
    }

    @Test
    void addsUpScores() {
        var both =
                Score.sum(
                        java.util.List.of(
                                Score.read("SUMMARY app-a 3/4 checks"),
                                Score.read("SUMMARY app-b 5/5 checks")));
        assertThat(both.text()).isEqualTo("8/9");
        assertThat(both.note()).isEqualTo("SUMMARY app-a 3/4 checks");
    }

    @Test
    void comparesShares() {
        var peer = new Suite.Peer("other", 112, 117);
        assertThat(new Score(224, 234, java.util.List.of()).atLeast(peer)).isTrue();
        assertThat(new Score(223, 234, java.util.List.of()).atLeast(peer)).isFalse();
    }
}
