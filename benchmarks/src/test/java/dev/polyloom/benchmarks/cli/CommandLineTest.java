// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
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
                .contains("conformance");
    }
}
