// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.Headers;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header blocks, with the examples of RFC 7541. */
final class HpackTest {

    private final HpackDecoder decoder = new HpackDecoder(65_536, 128);

    private String decode(String hex) throws Http2Exception {
        return String.join("|", decoder.decode(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    /** Appendix C.4: Huffman, and a table that later blocks refer to. */
    @Test
    void decodesRequestsThatReferToEachOther() throws Exception {
        assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .isEqualTo(":method|GET|:scheme|http|:path|/|:authority|www.example.com");
        assertThat(decode("8286 84be 5886 a8eb 1064 9cbf"))
                .isEqualTo(
                        ":method|GET|:scheme|http|:path|/|:authority|www.example.com|cache-control|no-cache");
        assertThat(decode("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
                .isEqualTo(
                        ":method|GET|:scheme|https|:path|/index.html|:authority|www.example.com|custom-key|custom-value");
    }

    /** Appendix C.2, without Huffman. */
    @Test
    void decodesLiterals() throws Exception {
        assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .isEqualTo("custom-key|custom-header");
        assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).isEqualTo(":path|/sample/path");
        assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
                .isEqualTo("password|secret");
        // The first of them is in the table, the others are not.
        assertThat(decode("be")).isEqualTo("custom-key|custom-header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // no entry 0
                "be", // an empty table
                "ff ff ff ff ff 0f", // a number that is too large
                "82 20", // a size within a block
                "3f e2 1f", // a table larger than allowed
                "00 05 61", // a string that is cut
                "00", // nothing after a literal
                "00 01 61 81 00", // padding of zeros
                "00 01 61 82 ff ff", // padding of more than 7 bits
                "00 01 61 84 ff ff ff fc" // the end of a string within it
            })
    void refusesBrokenBlocks(String hex) {
        assertThatThrownBy(() -> decode(hex))
                .isInstanceOfSatisfying(
                        Http2Exception.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR);
                            assertThat(e.stream()).isZero();
                        });
    }

    @Test
    void forgetsWhatTheTableHasNoRoomFor() throws Exception {
        decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572");
        assertThat(decode("20 3f e1 1f 82")).isEqualTo(":method|GET");
        assertThatThrownBy(() -> decode("be")).isInstanceOf(Http2Exception.class);
    }

    @Test
    void keepsNoMoreThanTheListMayHold() throws Exception {
        var small = new HpackDecoder(200, 128);
        var block = new ByteArrayOutputStream();
        // A large field once, then references of one byte each.
        block.writeBytes(HexFormat.of().parseHex("40016164"));
        block.writeBytes(new byte[100]);
        for (var i = 0; i < 10_000; i++) {
            block.write(0xbe);
        }
        assertThat(small.decode(block.toByteArray())).hasSize(2);
        assertThat(small.tooLarge()).isTrue();
        assertThat(small.decode(new byte[] {(byte) 0x82})).hasSize(2);
        assertThat(small.tooLarge()).isFalse();
    }

    @Test
    void decodesWhatItEncodes() throws Exception {
        var random = new Random(11);
        for (var round = 0; round < 500; round++) {
            var value = new StringBuilder();
            var length = random.nextInt(300);
            for (var i = 0; i < length; i++) {
                value.append((char) random.nextInt(256));
            }
            var headers =
                    Headers.ofFlat(
                            "x-a", value.toString(), "Set-Cookie", "b=" + value, "server", "y");
            assertThat(decoder.decode(HpackEncoder.response(200 + round, headers)))
                    .containsExactly(
                            ":status",
                            Integer.toString(200 + round),
                            "x-a",
                            value.toString(),
                            "set-cookie",
                            "b=" + value,
                            "server",
                            "y");
        }
    }

    @Test
    void encodesEveryOctet() throws Exception {
        for (var octet = 0; octet < 256; octet++) {
            var text = String.valueOf((char) octet).repeat(3);
            var out = new ByteArrayOutputStream();
            Huffman.encode(text, out);
            assertThat(out.size()).isEqualTo(Huffman.encodedLength(text));
            assertThat(Huffman.decode(out.toByteArray(), 0, out.size())).isEqualTo(text);
        }
    }
}
