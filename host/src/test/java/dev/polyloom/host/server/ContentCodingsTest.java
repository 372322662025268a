// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.Headers;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContentCodingsTest {

    private static String chosen(String... values) {
        var flat = new String[2 * values.length];
        for (var i = 0; i < values.length; i++) {
            flat[2 * i] = "Accept-Encoding";
            flat[2 * i + 1] = values[i];
        }
        var codings = Objects.requireNonNull(ContentCodings.of(Headers.ofFlat(flat)));
        return codings.zstdFirst() ? "zstd" : codings.gzip() > 0 ? "gzip" : "none";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | gzip",
                "GZip | gzip",
                "x-gzip | gzip",
                "gzip, deflate, br, zstd | zstd",
                "deflate, br | none",
                "'' | none",
                "identity | none",
                "* | zstd",
                "zstd;q=0, * | gzip",
                "*;q=0 | none",
                "gzip;q=0 | none",
                "gzip;q=0.000 | none",
                "gzip ; q=0.001 | gzip",
                "zstd;q=0.5, gzip;q=0.8 | gzip",
                "zstd;Q=0.8,gzip;q=0.8 | zstd",
                "identity, gzip;q=0.5 | none",
                "identity;q=0.4, gzip;q=0.5 | gzip",
                "identity;q=0, gzip;q=0.1 | gzip",
                "gzip;q=1.001 | none",
                "gzip;q=high, zstd;level=3 | none",
                ",, gzip ,, | gzip",
            })
    void choosesWhatTheClientLikesBest(String field, String coding) {
        assertThat(chosen(field)).isEqualTo(coding);
    }

    @Test
    void joinsRepeatedFields() {
        assertThat(chosen("br", "gzip;q=0.2", "zstd;q=0.1")).isEqualTo("gzip");
    }

    @Test
    void saysNothingOfRequestsThatDoNot() {
        assertThat(ContentCodings.of(Headers.ofFlat("accept", "*/*", "te", "gzip"))).isNull();
    }
}
