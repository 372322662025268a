// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.polyloom.bridge.WebSocketExchange.Event;
import java.util.Arrays;

/**
 * A message as it comes in; grows with what has come, never with what was announced. Not
 * thread-safe.
 */
final class WsMessage {

    private static final byte[] NOTHING = new byte[0];

    private final boolean text;
    private final int bytesMax;
    private final Utf8Check check = new Utf8Check();
    private byte[] bytes = NOTHING;
    private int size;

    WsMessage(boolean text, int bytesMax) {
        this.text = text;
        this.bytesMax = bytesMax;
    }

    int size() {
        return size;
    }

    void add(byte[] piece, int from, int count) throws WsFrameException {
        if (count > bytesMax - size) {
            throw tooBig(bytesMax);
        }
        if (text && !check.accept(piece, from, from + count)) {
            throw notUtf8();
        }
        if (bytes.length - size < count) {
            bytes =
                    Arrays.copyOf(
                            bytes, Math.max(size + count, (int) Math.min(bytesMax, 2L * size)));
        }
        System.arraycopy(piece, from, bytes, size, count);
        size += count;
    }

    /** All of it. */
    Event whole() throws WsFrameException {
        if (!text) {
            return new Event.Binary(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
        }
        if (!check.complete()) {
            throw notUtf8();
        }
        return new Event.Text(new String(bytes, 0, size, UTF_8));
    }

    static WsFrameException tooBig(int bytesMax) {
        return new WsFrameException(
                WsFrames.TOO_BIG, "a message is larger than " + bytesMax + " bytes");
    }

    private static WsFrameException notUtf8() {
        return new WsFrameException(WsFrames.NOT_UTF8, "a text is not UTF-8");
    }
}
