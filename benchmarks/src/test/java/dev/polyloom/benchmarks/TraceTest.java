// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void readsWhatItWrites() throws IOException {
        var file =
                Files.writeString(folder.resolve("a.trace"), "# said\n\n1.5 b 20\n0 a-dev 3.25\n");
        var trace = Trace.read(file);
        assertThat(trace.inputs())
                .containsExactly(new Trace.Input(0, "a-dev", 3.25), new Trace.Input(1.5, "b", 20));
        assertThat(Trace.read(Files.writeString(file, trace.text()))).isEqualTo(trace);
        assertThat(trace.seconds()).isEqualTo(1.52);
        assertThat(trace.byFunction()).hasSize(2);
    }

    @Test
    void namesALineThatIsWrong() throws IOException {
        var file = Files.writeString(folder.resolve("a.trace"), "0 a 1\nnonsense\n");
        assertThatThrownBy(() -> Trace.read(file)).hasMessageContaining("line 2");
    }

    @Test
    void takesTheRequestsFromAnAccessLog() throws IOException {
        var log =
                Files.writeString(
                        folder.resolve("host.log"),
                        """
                        ready http://127.0.0.1:8080
                        {"ts":"2026-01-01T00:00:02Z","logger":"polyloom.access","label":"a-dev","duration_ms":500.0}
                        {"ts":"2026-01-01T00:00:01Z","logger":"polyloom.access","label":"b-dev","duration_ms":250.0}
                        {"ts":"2026-01-01T00:00:01Z","logger":"polyloom.host","msg":"reloaded a"}
                        {"ts":"2026-01-01T00:00:01Z","logger":"polyloom.access","label":"-","duration_ms":1.0}
                        not { json
                        """);
        assertThat(Trace.ofAccessLog(log).inputs())
                .containsExactly(
                        new Trace.Input(0, "b-dev", 250), new Trace.Input(0.75, "a-dev", 500));
    }

    @Test
    void anEmptyLoadTakesNoTime() {
        assertThat(new Trace(List.of()).seconds()).isZero();
    }
}
