// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Header blocks of any bytes. */
final class HpackFuzz {

    private static final int LIST_BYTES_MAX = 1_000;

    /** A block gives a bounded list of fields, or is refused. */
    @FuzzTest(maxDuration = "5s")
    void readsOrRefuses(byte[] block) {
        var decoder = new HpackDecoder(LIST_BYTES_MAX, 20);
        try {
            for (var round = 0; round < 2; round++) {
                var size = 0;
                for (var text : decoder.decode(block)) {
                    size += text.length();
                }
                assertThat(size).isLessThanOrEqualTo(LIST_BYTES_MAX);
            }
        } catch (Http2Exception e) {
            assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR);
        }
    }
}
