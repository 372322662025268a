// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlatHeadTest {

    private static RequestHead head(Optional<Endpoint> client, Headers headers) {
        return new RequestHead(
                "id",
                "GET",
                "http",
                "1.1",
                "/a%20b",
                "x=1",
                "/root",
                headers,
                client,
                new Endpoint("localhost", 8080));
    }

    @Test
    void joinsTheFieldsInTheOrderThatTheGuestReads() {
        String flat =
                FlatHead.of(
                        head(
                                Optional.of(new Endpoint("127.0.0.1", 5000)),
                                Headers.ofFlat("accept", "*/*", "accept", "text/html")));
        assertThat(flat.split("\0", -1))
                .containsExactly(
                        "GET",
                        "http",
                        "1.1",
                        "/a%20b",
                        "x=1",
                        "/root",
                        "127.0.0.1",
                        "5000",
                        "localhost",
                        "8080",
                        "accept",
                        "*/*",
                        "accept",
                        "text/html");
    }

    @Test
    void keepsThePlacesOfAnUnknownClient() {
        assertThat(FlatHead.of(head(Optional.empty(), Headers.EMPTY)).split("\0", -1))
                .containsExactly(
                        "GET",
                        "http",
                        "1.1",
                        "/a%20b",
                        "x=1",
                        "/root",
                        "",
                        "",
                        "localhost",
                        "8080");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsBackWhatTheGuestJoined(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String[] fields = new String[2 * random.nextInt(1, 12)];
            for (int i = 0; i < fields.length; i++) {
                StringBuilder field = new StringBuilder();
                for (int n = random.nextInt(20); n > 0; n--) {
                    field.append((char) random.nextInt(1, 256));
                }
                fields[i] = field.toString();
            }
            Headers headers = FlatHead.headers(String.join("\0", fields));
            assertThat(headers.size()).as("seed %d", seed).isEqualTo(fields.length / 2);
            for (int i = 0; i < headers.size(); i++) {
                assertThat(headers.name(i)).isEqualTo(fields[2 * i]);
                assertThat(headers.value(i)).isEqualTo(fields[2 * i + 1]);
            }
        }
    }

    @Test
    void anEmptyStringIsNoHeaders() {
        assertThat(FlatHead.headers("").size()).isZero();
    }
}
