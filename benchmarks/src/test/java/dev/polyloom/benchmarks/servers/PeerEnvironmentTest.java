// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.python.PythonInstallation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerEnvironmentTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fastapi",
                "starlette",
                "pydantic",
                "pydantic-core",
                "flask",
                "werkzeug",
                "jinja2"
            })
    void peersRunTheFrameworksThatPolyloomRuns(String name) throws Exception {
        List<String> own;
        try (var in = PythonInstallation.class.getResourceAsStream("base.lock")) {
            assertThat(in).isNotNull();
            own =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith(name + "=="))
                            .map(line -> line.replaceFirst("[ ;\\\\].*", "").replace("==", " "))
                            .toList();
        }
        assertThat(own).hasSize(1);
        assertThat(PeerEnvironment.packages(List.of(name).stream())).isEqualTo(own);
    }
}
