// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Http1ParserTest {

    private static final String PLAIN =
            """
            POST /a/b%20c?x=1&y HTTP/1.1\r
            Host: example:80\r
            X-One:  two words \t\r
            x-one: three\r
            Content-Length: 12\r
            Connection: Keep-Alive, Upgrade\r
            Upgrade: WebSocket\r
            \r
            """;

    private static Http1Head parse(String text) throws RefusedException {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Http1Parser.parse(bytes, 0, Http1Parser.end(bytes, 0, bytes.length));
    }

    @Test
    void readsAHead() throws Exception {
        var head = parse(PLAIN);
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.rawPath()).isEqualTo("/a/b%20c");
        assertThat(head.rawQuery()).isEqualTo("x=1&y");
        assertThat(head.minor()).isEqualTo(1);
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.upgrade()).contains("websocket");
        assertThat(head.headers().all("x-one")).containsExactly("two words", "three");
        assertThat(head.headers().name(1)).isEqualTo("x-one");
    }

    @Test
    void findsTheEndWhereverTheBytesBegin() {
        var bytes = PLAIN.getBytes(StandardCharsets.ISO_8859_1);
        for (var cut = 0; cut < bytes.length; cut++) {
            assertThat(Http1Parser.end(bytes, 0, cut)).isEqualTo(-1);
        }
        assertThat(Http1Parser.end(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsOrRefusesWhateverComes(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++) {
            var bytes = PLAIN.getBytes(StandardCharsets.ISO_8859_1);
            for (var change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length - 4)] = (byte) random.nextInt(256);
            }
            var end = Http1Parser.end(bytes, 0, bytes.length);
            try {
                var head = Http1Parser.parse(bytes, 0, end);
                assertThat(head.rawPath()).as("seed %d", seed).isNotEmpty();
                for (var field = 0; field < head.headers().size(); field++) {
                    assertThat(head.headers().value(field)).doesNotContain("\r", "\n", "\0");
                    assertThat(head.headers().name(field)).matches("[^A-Z]+");
                }
            } catch (RefusedException e) {
                assertThat(e).as("seed %d", seed).message().isNotBlank();
            }
        }
    }

    @Test
    void refusesTooManyFields() {
        assertThatThrownBy(() ->
                        parse("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(200) + "\r\n"))
                .isInstanceOf(RefusedException.class);
    }
}
