// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;

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
        var body = new Http1Body(Halves.of(bytes), length, BODY_BYTES_MAX, () -> {});
        try {
            assertThat(body.readAllBytes().length).isLessThanOrEqualTo(BODY_BYTES_MAX);
            assertThat(body.ended()).isTrue();
        } catch (IOException _) {
            // It is refused or cut.
        }
    }
}
