// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--only nothing",
                "--peers apache",
                "--rounds 0",
                "--seconds -1",
                "--starts 0",
                "--warm-up 1",
                "--connections 0",
                "--workers 0",
                "--rounds many",
                "--unknown",
                "saves --only asgi-hello",
                "saves --saves 0",
                "start --starts 0",
                "ws --connections 0",
                "ws --connections 1,x",
                "ws --idle -1",
                "cold --only flask",
                "cold --inputs 0",
                "step --clients 1",
                "many --functions 20",
                "pool --warm-up 0",
                "replicas --counts 1",
                "simulate --start -1",
                "simulate --trace a --access-log b",
                "step --only nothing",
                "conformance nothing"
            })
    void refusesAWrongCommandLine(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void namesWhatThereIs() {
        assertThat(run("--only", "fastapi")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no `fastapi`").contains("fastapi-hello");
    }

    @Test
    void showsHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--smoke")
                .contains("saves")
                .contains("start")
                .contains("ws")
                .contains("cold")
                .contains("step")
                .contains("many")
                .contains("pool")
                .contains("replicas")
                .contains("simulate")
                .contains("conformance");
    }

    @Test
    void carriesARecordedLoad(@TempDir Path folder) throws IOException {
        var trace =
                Files.writeString(folder.resolve("a.trace"), "0 a-dev 20\n0.5 a-dev 30\n1 b 5\n");
        assertThat(run("simulate", "--trace", trace.toString(), "--out", folder.toString()))
                .as("%s", err)
                .isZero();
        assertThat(folder.resolve("simulation.md"))
                .content()
                .contains("| recorded | target | 3 |")
                .contains("| recorded | fixed at 70 % | 3 |");
    }
}
