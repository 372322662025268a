// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.WebSocketExchange.Event;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is agreed on for compression, and the compression. */
final class WsCompressionTest {

    private static final int BYTES_MAX = 1 << 20;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    permessage-deflate | permessage-deflate
                    permessage-deflate; client_max_window_bits | permessage-deflate
                    permessage-deflate; client_max_window_bits=9 | permessage-deflate
                    permessage-deflate; server_max_window_bits="9" | permessage-deflate; server_max_window_bits=9
                    x-other, Permessage-Deflate;server_no_context_takeover | permessage-deflate; server_no_context_takeover
                    permessage-deflate; server_max_window_bits=7, permessage-deflate | permessage-deflate
                    permessage-deflate; unknown, permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover
                    """)
    void agreesToTheFirstOfferThatCanBeMet(String offer, String answer) {
        assertThat(WsCompression.agree(List.of(offer)))
                .get()
                .extracting(WsCompression::answer)
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x-other",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover"
            })
    void declinesOffersThatAreWrong(String offer) {
        assertThat(WsCompression.agree(List.of(offer))).isEqualTo(Optional.empty());
    }

    private static byte[] inflated(WsInflater inflater, byte[] payload) throws Exception {
        var message = new WsMessage(false, BYTES_MAX);
        // In pieces, as frames come.
        for (var from = 0; from < payload.length; from += 100) {
            inflater.add(payload, from, Math.min(100, payload.length - from), message);
        }
        inflater.end(message);
        return ((Event.Binary) message.whole()).data();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 15})
    void givesBackWhatWasCompressed(int windowBits) throws Exception {
        for (var keepsContext : new boolean[] {true, false}) {
            try (var deflater = new WsDeflater(windowBits, keepsContext);
                    var inflater = new WsInflater(keepsContext)) {
                var random = new Random(7);
                for (var size : new int[] {0, 1, 0, 0, 255, 256, 257, 5_000, 100_000, 3}) {
                    var data = new byte[size];
                    for (var i = 0; i < size; i++) {
                        data[i] = (byte) random.nextInt(4);
                    }
                    assertThat(inflated(inflater, deflater.deflate(data))).isEqualTo(data);
                }
                deflater.release();
                assertThat(inflated(inflater, deflater.deflate("again".getBytes(UTF_8))))
                        .isEqualTo("again".getBytes(UTF_8));
            }
        }
    }

    @Test
    void makesUseOfTheMessagesBefore() {
        try (var deflater = new WsDeflater(15, true)) {
            var data = new byte[2_000];
            new Random(3).nextBytes(data);
            assertThat(deflater.deflate(data)).hasSizeGreaterThan(2_000);
            assertThat(deflater.deflate(data)).hasSizeLessThan(100);
        }
    }

    /** A client that reserved 256 bytes for its window cannot look back further. */
    @Test
    void neverLooksBackFurtherThanTheClientsWindow() {
        try (var deflater = new WsDeflater(8, true)) {
            var data = new byte[300];
            new Random(3).nextBytes(data);
            deflater.deflate(data);
            assertThat(deflater.deflate(data)).hasSizeGreaterThan(300);
        }
    }

    @Test
    void stopsAtTheBoundOfTheMessage() {
        var bomb = new Deflater(9, true);
        bomb.setInput(new byte[64 << 20]);
        bomb.finish();
        var payload = new byte[1 << 20];
        var size = bomb.deflate(payload);
        bomb.end();
        try (var inflater = new WsInflater(true)) {
            var message = new WsMessage(false, BYTES_MAX);
            assertThatThrownBy(() -> inflater.add(payload, 0, size, message))
                    .isInstanceOfSatisfying(
                            WsFrameException.class,
                            e -> assertThat(e.code()).isEqualTo(WsFrames.TOO_BIG));
            assertThat(message.size()).isLessThanOrEqualTo(BYTES_MAX);
        }
    }

    @Test
    void takesStreamsThatEndWithinAMessage() throws Exception {
        var stream = new Deflater(9, true);
        stream.setInput("Hello".getBytes(UTF_8));
        stream.finish();
        var payload = new byte[100];
        var size = stream.deflate(payload);
        stream.end();
        try (var inflater = new WsInflater(true)) {
            for (var round = 0; round < 2; round++) {
                var message = new WsMessage(true, BYTES_MAX);
                inflater.add(payload, 0, size + 1, message);
                inflater.end(message);
                assertThat(message.whole()).isEqualTo(new Event.Text("Hello"));
            }
        }
    }

    @Test
    void refusesGarbage() {
        try (var inflater = new WsInflater(true)) {
            var garbage = new byte[] {(byte) 0xff, 0x12, 0x34};
            assertThatThrownBy(() -> inflater.add(garbage, 0, 3, new WsMessage(false, BYTES_MAX)))
                    .isInstanceOf(WsFrameException.class);
        }
    }
}
