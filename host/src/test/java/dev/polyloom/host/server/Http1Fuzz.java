// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/** HTTP/1 of any bytes: a head, and a body in chunks after it. */
final class Http1Fuzz {

    private static final int BODY_BYTES_MAX = 5_000;

    /** A head is read or refused, and so is the body that follows. */
    @FuzzTest(maxDuration = "5s")
    void readsOrRefuses(byte[] bytes) {
        try {
            var end = Http1Parser.end(bytes, 0, bytes.length);
            if (end >= 0) {
                var head = Http1Parser.parse(bytes, 0, end);
                assertThat(head.rawPath()).doesNotContain("?", " ", "\r", "\n");
                assertThat(head.contentLength()).isGreaterThanOrEqualTo(Http1Head.CHUNKED);
                body(Arrays.copyOfRange(bytes, end, bytes.length), head.contentLength());
            }
        } catch (RefusedException e) {
            assertThat(e.problem().kind().status()).isBetween(400, 599);
        }
        body(bytes, Http1Head.CHUNKED);
    }

    private static void body(byte[] bytes, long length) {
        var split = bytes.length / 2;
        var pieces =
                new ArrayDeque<>(
                        List.of(
                                Arrays.copyOf(bytes, split),
                                Arrays.copyOfRange(bytes, split, bytes.length)));
        pieces.removeIf(piece -> piece.length == 0);
        var body =
                new Http1Body(
                        new ByteSource(pieces::poll, new byte[0]),
                        length,
                        BODY_BYTES_MAX,
                        () -> {});
        try {
            assertThat(body.readAllBytes().length).isLessThanOrEqualTo(BODY_BYTES_MAX);
            assertThat(body.ended()).isTrue();
        } catch (IOException _) {
            // It is refused or cut.
        }
    }
}
