// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.benchmarks.apps.Applications;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrkScriptTest {

    @Test
    void setsMethodTypeAndBody() {
        var echo =
                Applications.all().stream()
                        .filter(one -> one.name().equals("flask-json"))
                        .findFirst()
                        .orElseThrow();
        assertThat(WrkScript.of(echo.request()))
                .isEqualTo(
                        """
                        wrk.method = "POST"
                        wrk.headers["Content-Type"] = "application/json"
                        wrk.body = "{\\034name\\034:\\034Ada\\034,\\034tags\\034:[1,2,3]}"
                        """);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void literalsHoldAnyText(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(40); length > 0; length--) {
                // Controls, quotes, backslashes, digits after them, and letters of many bytes.
                text.appendCodePoint(
                        random.nextBoolean() ? random.nextInt(128) : 0x80 + random.nextInt(0x700));
            }
            assertThat(asLuaReads(WrkScript.literal(text.toString())))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString());
        }
    }

    private static String asLuaReads(String literal) {
        assertThat(literal).startsWith("\"").endsWith("\"");
        var bytes = new ByteArrayOutputStream();
        for (var i = 1; i < literal.length() - 1; i++) {
            assertThat(literal.charAt(i)).isBetween(' ', '~').isNotEqualTo('"');
            if (literal.charAt(i) == '\\') {
                bytes.write(Integer.parseInt(literal.substring(i + 1, i + 4)));
                i += 3;
            } else {
                bytes.write(literal.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
