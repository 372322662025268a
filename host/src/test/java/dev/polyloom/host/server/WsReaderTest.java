// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.WebSocketExchange.Event;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a client as bytes. */
final class WsReaderTest {

    private static final int MASK = 0x5a3c_7e11;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> controls = new ArrayList<>();

    private WsReaderTest frame(int first, byte[] payload) {
        bytes.write(first);
        if (payload.length < 126) {
            bytes.write(0x80 | payload.length);
        } else if (payload.length < 0x1_0000) {
            bytes.write(0x80 | 126);
            bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            bytes.write(0x80 | 127);
            bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(MASK).array());
        var masked = payload.clone();
        for (var i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (MASK >> (24 - 8 * (i & 3)));
        }
        bytes.writeBytes(masked);
        return this;
    }

    private WsReaderTest frame(int first, String payload) {
        return frame(first, payload.getBytes(UTF_8));
    }

    /** Reads what was put, so many bytes at a time. */
    private WsReader reader(int step, int messageBytesMax) {
        var all = ByteBuffer.wrap(bytes.toByteArray());
        var source =
                new ByteSource(
                        () -> {
                            if (!all.hasRemaining()) {
                                return null;
                            }
                            var piece = new byte[Math.min(step, all.remaining())];
                            all.get(piece);
                            return piece;
                        },
                        new byte[0]);
        return new WsReader(source, messageBytesMax, null, new Told());
    }

    private final class Told implements WsReader.Controls {

        @Override
        public void ping(byte[] payload) {
            controls.add("ping " + new String(payload, UTF_8));
        }

        @Override
        public void pong() {
            controls.add("pong");
        }
    }

    private AbstractThrowableAssert<?, ? extends @Nullable Throwable> failure(int code) {
        return assertThatThrownBy(
                        () -> {
                            var reader = reader(7, 1_000);
                            while (!(reader.next() instanceof Event.Closed)) {
                                // The next one, perhaps.
                            }
                        })
                .isInstanceOfSatisfying(
                        WsFrameException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 4_096})
    void readsMessagesAndWhatStandsBetweenTheirPieces(int step) throws IOException {
        var big = new byte[70_000];
        new Random(5).nextBytes(big);
        frame(0x01, "grü").frame(0x89, "p").frame(0x00, "ß ").frame(0x8a, "").frame(0x80, "dich");
        frame(0x82, big).frame(0x81, "").frame(0x88, new byte[] {0x03, (byte) 0xe8, 'o', 'k'});
        var reader = reader(step, 100_000);
        assertThat(reader.next()).isEqualTo(new Event.Text("grüß dich"));
        assertThat(controls).containsExactly("ping p", "pong");
        assertThat(reader.next())
                .isInstanceOfSatisfying(
                        Event.Binary.class, binary -> assertThat(binary.data()).isEqualTo(big));
        assertThat(reader.next()).isEqualTo(new Event.Text(""));
        assertThat(reader.next()).isEqualTo(new Event.Closed(1000, "ok"));
    }

    @Test
    void refusesWhatTheProtocolForbids() {
        frame(0xc1, "reserved bit").failure(1002);
        bytes.reset();
        frame(0x83, "reserved opcode").failure(1002);
        bytes.reset();
        frame(0x80, "nothing to continue").failure(1002);
        bytes.reset();
        frame(0x01, "a").frame(0x81, "b").failure(1002);
        bytes.reset();
        frame(0x09, "a ping in pieces").failure(1002);
        bytes.reset();
        frame(0x89, new byte[126]).failure(1002);
        bytes.reset();
        frame(0x88, new byte[] {3}).failure(1002);
        bytes.reset();
        frame(0x88, new byte[] {0x03, (byte) 0xed}).failure(1002);
        bytes.reset();
        frame(0x88, new byte[] {0x03, (byte) 0xe8, (byte) 0xff}).failure(1007);
        bytes.reset();
        bytes.writeBytes(new byte[] {(byte) 0x81, 1, 'x'});
        failure(1002).hasMessageContaining("mask");
    }

    @Test
    void refusesLengthsThatAreNotInShortestForm() {
        bytes.writeBytes(new byte[] {(byte) 0x81, (byte) 0xfe, 0, 125});
        failure(1002);
        bytes.reset();
        bytes.writeBytes(new byte[] {(byte) 0x81, (byte) 0xff, -1, 0, 0, 0, 0, 0, 0, 0});
        failure(1002);
    }

    /** The bytes that would complete the character have not come, and need not. */
    @Test
    void noticesTheFirstByteThatIsNotUtf8() {
        bytes.writeBytes(new byte[] {(byte) 0x81, (byte) 0x8a, 0, 0, 0, 0, 'a', (byte) 0xed});
        bytes.write(0xa0);
        failure(1007);
        bytes.reset();
        frame(0x81, new byte[] {(byte) 0xe2, (byte) 0x82}).failure(1007);
    }

    @Test
    void boundsMessagesBeforeTheyHaveCome() {
        bytes.writeBytes(new byte[] {(byte) 0x82, (byte) 0xfe, 3, (byte) 0xe9, 0, 0, 0, 0});
        failure(1009);
        bytes.reset();
        frame(0x02, new byte[600]).frame(0x00, new byte[401]).failure(1009);
    }

    @Test
    void refusesMessagesInTooManyPieces() {
        frame(0x02, "x");
        for (var i = 0; i < 1_100; i++) {
            frame(0x00, "");
        }
        failure(1008);
    }

    @Test
    void tellsWhenTheClientEndsWithinAFrame() {
        frame(0x82, new byte[50]);
        var whole = bytes.toByteArray();
        bytes.reset();
        bytes.write(whole, 0, whole.length - 1);
        assertThatThrownBy(() -> reader(10, 1_000).next()).isInstanceOf(EOFException.class);
    }

    @Test
    void checksUtf8AsTheJdkDoes() {
        for (var first = 0x80; first <= 0xff; first++) {
            for (var second = 0x70; second <= 0xff; second += 3) {
                for (var rest : new String[] {"", "\u0080", "\u0080\u00bf"}) {
                    var text = new byte[2 + rest.length()];
                    text[0] = (byte) first;
                    text[1] = (byte) second;
                    for (var i = 0; i < rest.length(); i++) {
                        text[2 + i] = (byte) rest.charAt(i);
                    }
                    var check = new Utf8Check();
                    var valid = check.accept(text, 0, text.length) && check.complete();
                    assertThat(valid)
                            .as(Arrays.toString(text))
                            .isEqualTo(new String(text, UTF_8).indexOf('\ufffd') < 0);
                }
            }
        }
    }
}
