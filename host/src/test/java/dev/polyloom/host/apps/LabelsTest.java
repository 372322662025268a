// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.isolates.PoolConfig;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelsTest {

    private static String label(String app, String function, Optional<String> chosen) {
        return Labels.of(
                app,
                new FunctionManifest(
                        function,
                        WebKind.ASGI_APP,
                        chosen,
                        List.of(),
                        false,
                        PoolConfig.DEFAULT,
                        List.of()),
                "-dev");
    }

    @ParameterizedTest
    @CsvSource({
        "hello, square, hello-square-dev",
        "My_App, get_ip_address, my-app-get-ip-address-dev",
        "a..b, __f__, a-b-f-dev",
        "日本, x, x-dev"
    })
    void joinsAppAndFunction(String app, String function, String label) {
        assertThat(label(app, function, Optional.empty())).isEqualTo(label);
    }

    @Test
    void usesTheLabelThatTheAuthorChose() {
        assertThat(label("a", "b", Optional.of("My_Label"))).isEqualTo("my-label-dev");
    }

    @Test
    void tellsLongLabelsApart() {
        var one = label("a".repeat(80), "one", Optional.empty());
        var two = label("a".repeat(80), "two", Optional.empty());
        assertThat(one).hasSize(63).isNotEqualTo(two);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void isAlwaysAPieceOfAHostName(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++) {
            var text = new StringBuilder();
            random.ints(random.nextInt(100), 1, 0x3000).forEach(text::appendCodePoint);
            assertThat(label(text.toString(), "f", Optional.empty()))
                    .as("seed %d", seed)
                    .matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
        }
    }
}
