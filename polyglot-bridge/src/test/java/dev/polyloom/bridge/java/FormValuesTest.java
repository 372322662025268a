// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.sdk.HttpError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormValuesTest {

    private static final String TYPE = "multipart/form-data; boundary=limit";
    private static final String FORM =
            """
            --limit
            Content-Disposition: form-data; name="größe"

            12 m²
            --limit
            Content-Disposition: form-data; name="file"; filename="Größe.txt"
            Content-Type: application/x-thing

            --limi
            --limit--
            """
                    .replace("\n", "\r\n");

    private static FormValues read(String type, String body) {
        return FormValues.read(type, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsNamesAndTextsAsUtf8() {
        FormValues form = read(TYPE, FORM);
        assertThat(form.texts()).containsEntry("größe", List.of("12 m²"));
        var file = form.files().values().iterator().next().getFirst();
        assertThat(file.fileName()).isEqualTo("Größe.txt");
        assertThat(file.contentType()).contains("application/x-thing");
        assertThat(file.content()).asString(StandardCharsets.UTF_8).isEqualTo("--limi");
    }

    @Test
    void whatIsNotMultipartIsUrlencoded() {
        assertThat(read("", "a=1&a=2&b=%20").texts())
                .containsEntry("a", List.of("1", "2"))
                .containsEntry("b", List.of(" "));
        assertThat(read("application/x-www-form-urlencoded", "a=1").files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "Multipart/Form-Data; boundary="})
    void aMissingBoundaryIsTheClientsFault(String type) {
        assertThatThrownBy(() -> read(type, FORM)).isInstanceOf(HttpError.class);
    }

    @Test
    void partsOfAnotherBoundaryAreNone() {
        assertThat(read("MULTIPART/FORM-DATA; boundary=other", FORM))
                .isEqualTo(new FormValues(Map.of(), Map.of()));
    }

    @Test
    void tooManyPartsAreRefused() {
        String part = "--limit\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
        assertThat(read(TYPE, part.repeat(1_000) + "--limit--").texts().get("a")).hasSize(1_000);
        assertThatThrownBy(() -> read(TYPE, part.repeat(1_001) + "--limit--"))
                .hasMessageContaining("Too many parts");
    }

    @Test
    void whatIsCutOffOrScrambledIsReadOrRefused() {
        byte[] whole = FORM.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            byte[] body = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int i = random.nextInt(4); i > 0 && body.length > 0; i--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(FormValues.read(TYPE, body)).isNotNull();
            } catch (HttpError e) {
                assertThat(e.status()).isEqualTo(400);
            }
        }
    }
}
