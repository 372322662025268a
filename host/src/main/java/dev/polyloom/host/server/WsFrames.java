// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/** Frames of RFC 6455 as bytes. Reading is confined to one thread at a time. */
final class WsFrames {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    /* Close codes. */
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_CODE = 1005;
    static final int NO_HANDSHAKE = 1006;
    static final int NOT_UTF8 = 1007;
    static final int TOO_BIG = 1009;
    static final int SERVER_ERROR = 1011;
    static final int RESTART = 1012;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int CONTROL_MAX = 125;
    private static final int REASON_MAX = CONTROL_MAX - 2;

    private final ByteSource source;
    private final int messageBytesMax;

    WsFrames(ByteSource source, int messageBytesMax) {
        this.source = source;
        this.messageBytesMax = messageBytesMax;
    }

    /** A frame from the client, unmasked. */
    record Frame(int opcode, boolean last, byte[] payload) {}

    /**
     * Reads the next frame; blocks.
     *
     * @param before how many bytes of the message came before this frame
     */
    Frame next(int before) throws IOException {
        var first = octet();
        var second = octet();
        var opcode = first & OPCODE;
        var last = (first & FIN) != 0;
        if ((first & RESERVED) != 0) {
            throw new WsFrameException(PROTOCOL_ERROR, "a reserved bit is set");
        }
        if ((second & MASKED) == 0) {
            throw new WsFrameException(PROTOCOL_ERROR, "a frame is not masked");
        }
        var control = opcode >= CLOSE;
        if (opcode > PONG || (opcode > BINARY && !control)) {
            throw new WsFrameException(PROTOCOL_ERROR, "a frame has a reserved opcode");
        }
        long length = second & LENGTH;
        if (control && (!last || length > CONTROL_MAX)) {
            throw new WsFrameException(PROTOCOL_ERROR, "a control frame is too long or in pieces");
        }
        if (length == 126) {
            length = number(2);
        } else if (length == 127) {
            length = number(8);
        }
        if (length < 0 || (!control && length + before > messageBytesMax)) {
            throw new WsFrameException(
                    TOO_BIG, "a message is larger than " + messageBytesMax + " bytes");
        }
        return new Frame(opcode, last, payload((int) length));
    }

    private byte[] payload(int length) throws IOException {
        var mask = new byte[4];
        read(mask);
        var payload = new byte[length];
        read(payload);
        for (var i = 0; i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private int octet() throws IOException {
        if (!source.ensure()) {
            throw new EOFException("the client ended the connection");
        }
        var octet = source.piece()[source.position()] & 0xff;
        source.skip(1);
        return octet;
    }

    private long number(int bytes) throws IOException {
        var number = 0L;
        for (var i = 0; i < bytes; i++) {
            number = number << 8 | octet();
        }
        return number;
    }

    private void read(byte[] target) throws IOException {
        for (var done = 0; done < target.length; ) {
            if (!source.ensure()) {
                throw new EOFException("the client ended the connection");
            }
            var count = Math.min(target.length - done, source.available());
            System.arraycopy(source.piece(), source.position(), target, done, count);
            source.skip(count);
            done += count;
        }
    }

    // Pure functions

    /** The head of a frame to the client. */
    static byte[] head(int opcode, int length) {
        if (length < 126) {
            return new byte[] {(byte) (FIN | opcode), (byte) length};
        }
        if (length <= 0xffff) {
            return ByteBuffer.allocate(4)
                    .put((byte) (FIN | opcode))
                    .put((byte) 126)
                    .putShort((short) length)
                    .array();
        }
        return ByteBuffer.allocate(10)
                .put((byte) (FIN | opcode))
                .put((byte) 127)
                .putLong(length)
                .array();
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
        return new Closing(code, text(Arrays.copyOfRange(payload, 2, payload.length)));
    }

    /** Whether a close code may stand in a frame. */
    static boolean mayBeSent(int code) {
        return (code >= 3000 && code <= 4999)
                || (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006));
    }

    /** Decodes a text message. */
    static String text(byte[] bytes) throws WsFrameException {
        try {
            return UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new WsFrameException(NOT_UTF8, "a text is not UTF-8");
        }
    }
}
