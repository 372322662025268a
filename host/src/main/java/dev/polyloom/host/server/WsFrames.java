// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frames of RFC 6455 as bytes. Pure functions. */
final class WsFrames {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    /* Bits of the first two octets. */
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int RSV2_3 = 0x30;
    static final int OPCODE = 0x0f;
    static final int MASKED = 0x80;
    static final int LENGTH = 0x7f;
    static final int CONTROL_MAX = 125;

    /* Close codes. */
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_CODE = 1005;
    static final int NO_HANDSHAKE = 1006;
    static final int NOT_UTF8 = 1007;
    static final int POLICY_VIOLATION = 1008;
    static final int TOO_BIG = 1009;
    static final int SERVER_ERROR = 1011;
    static final int RESTART = 1012;

    private static final int REASON_MAX = CONTROL_MAX - 2;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private WsFrames() {}

    /**
     * Puts the head of a frame to the client.
     *
     * @param first the opcode, perhaps with {@link #RSV1}
     */
    static void head(OutBuffer out, int first, int length) {
        out.put((char) (FIN | first));
        if (length <= CONTROL_MAX) {
            out.put((char) length);
        } else if (length <= 0xffff) {
            out.put((char) 126).put((char) (length >> 8)).put((char) length);
        } else {
            out.put((char) 127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                out.put((char) ((long) length >> shift));
            }
        }
    }

    /**
     * Takes the mask off.
     *
     * @param offset how many bytes of the frame came before these
     */
    static void unmask(byte[] bytes, int from, int count, int mask, int offset) {
        var turned = Integer.rotateLeft(mask, 8 * (offset & 3));
        var twice = (long) turned << 32 | (turned & 0xffff_ffffL);
        var end = from + count;
        var i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ twice);
        }
        for (var shift = 24; i < end; i++, shift -= 8) {
            bytes[i] ^= (byte) (turned >> (shift & 31));
        }
    }

    /** The payload of a close frame; empty when there is no code. */
    static byte[] close(int code, String reason) {
        if (code == NO_CODE) {
            return new byte[0];
        }
        var text = reason.getBytes(UTF_8);
        var length = Math.min(text.length, REASON_MAX);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        return ByteBuffer.allocate(2 + length).putShort((short) code).put(text, 0, length).array();
    }

    /** What a close frame says. */
    record Closing(int code, String reason) {}

    /** Reads the payload of a close frame. */
    static Closing closing(byte[] payload) throws WsFrameException {
        if (payload.length == 0) {
            return new Closing(NO_CODE, "");
        }
        if (payload.length == 1) {
            throw new WsFrameException(PROTOCOL_ERROR, "a close code is cut");
        }
        var code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (!mayBeSent(code)) {
            throw new WsFrameException(PROTOCOL_ERROR, "nobody may send this close code");
        }
        var check = new Utf8Check();
        if (!check.accept(payload, 2, payload.length) || !check.complete()) {
            throw new WsFrameException(NOT_UTF8, "a close reason is not UTF-8");
        }
        return new Closing(code, new String(payload, 2, payload.length - 2, UTF_8));
    }

    /** Whether a close code may stand in a frame. */
    static boolean mayBeSent(int code) {
        return (code >= 3000 && code <= 4999)
                || (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006));
    }
}
