// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static dev.polyloom.host.server.WsFrames.PROTOCOL_ERROR;

import dev.polyloom.bridge.WebSocketExchange.Event;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the client's side of a WebSocket, RFC 6455: whole messages, and the control frames between
 * their pieces. Confined to one thread.
 */
final class WsReader {

    /** A message may come in so many pieces, however small. */
    private static final int PIECES_FREE = 1_024;

    /** Beyond them, its pieces hold so many bytes on average. */
    private static final int PIECE_BYTES_MEAN = 8;

    private final ByteSource source;
    private final int messageBytesMax;
    private final @Nullable WsInflater inflater;
    private final Controls controls;

    /* The frame being read. */
    private boolean last;
    private boolean compressed;
    private int opcode;
    private long length;
    private int mask;

    /* The message being read. */
    private @Nullable WsMessage message;
    private boolean inflating;
    private long pieces;
    private long bytes;

    /** Takes what stands between messages. */
    interface Controls {

        /** A ping came. */
        void ping(byte[] payload) throws IOException;

        /** A pong came. */
        void pong() throws IOException;
    }

    /**
     * Creates a reader.
     *
     * @param inflater set when compression was agreed on
     */
    WsReader(
            ByteSource source,
            int messageBytesMax,
            @Nullable WsInflater inflater,
            Controls controls) {
        this.source = source;
        this.messageBytesMax = messageBytesMax;
        this.inflater = inflater;
        this.controls = controls;
    }

    /**
     * The next message, or the client's close frame; blocks.
     *
     * @throws WsFrameException when the client breaks the protocol or a bound
     */
    Event next() throws IOException {
        while (true) {
            head();
            switch (opcode) {
                case WsFrames.PING -> controls.ping(control());
                case WsFrames.PONG -> {
                    var _ = control();
                    controls.pong();
                }
                case WsFrames.CLOSE -> {
                    var closing = WsFrames.closing(control());
                    return new Event.Closed(closing.code(), closing.reason());
                }
                default -> {
                    var whole = piece();
                    if (whole != null) {
                        return whole;
                    }
                }
            }
        }
    }

    private void head() throws IOException {
        var first = octet();
        var second = octet();
        opcode = first & WsFrames.OPCODE;
        last = (first & WsFrames.FIN) != 0;
        compressed = (first & WsFrames.RSV1) != 0;
        var control = opcode >= WsFrames.CLOSE;
        var begins = opcode == WsFrames.TEXT || opcode == WsFrames.BINARY;
        if ((first & WsFrames.RSV2_3) != 0 || (compressed && (inflater == null || !begins))) {
            throw new WsFrameException(PROTOCOL_ERROR, "a reserved bit is set");
        }
        if (opcode > WsFrames.PONG || (opcode > WsFrames.BINARY && !control)) {
            throw new WsFrameException(PROTOCOL_ERROR, "a frame has a reserved opcode");
        }
        if ((second & WsFrames.MASKED) == 0) {
            throw new WsFrameException(PROTOCOL_ERROR, "a frame is not masked");
        }
        length = second & WsFrames.LENGTH;
        if (control && (!last || length > WsFrames.CONTROL_MAX)) {
            throw new WsFrameException(PROTOCOL_ERROR, "a control frame is too long or in pieces");
        }
        if (length > WsFrames.CONTROL_MAX) {
            longLength(length == 126 ? 2 : 8);
        }
        mask = (int) number(4);
    }

    private void longLength(int octets) throws IOException {
        length = number(octets);
        if (length < 0 || length < (octets == 2 ? 126 : 0x1_0000)) {
            throw new WsFrameException(PROTOCOL_ERROR, "a frame's length is not in shortest form");
        }
    }

    private byte[] control() throws IOException {
        var payload = new byte[(int) length];
        for (var done = 0; done < payload.length; ) {
            need();
            var count = Math.min(payload.length - done, source.available());
            System.arraycopy(source.piece(), source.position(), payload, done, count);
            source.skip(count);
            done += count;
        }
        WsFrames.unmask(payload, 0, payload.length, mask, 0);
        return payload;
    }

    /** Reads a frame of data; the message when it was the last one. */
    private @Nullable Event piece() throws IOException {
        var current = message;
        if (opcode == WsFrames.CONTINUATION) {
            if (current == null) {
                throw new WsFrameException(PROTOCOL_ERROR, "there is no message to continue");
            }
        } else {
            if (current != null) {
                throw new WsFrameException(PROTOCOL_ERROR, "a message begins within another");
            }
            current = new WsMessage(opcode == WsFrames.TEXT, messageBytesMax);
            message = current;
            inflating = compressed;
            pieces = 0;
            bytes = 0;
        }
        count();
        payload(current);
        if (!last) {
            return null;
        }
        if (inflating && inflater != null) {
            inflater.end(current);
        }
        message = null;
        return current.whole();
    }

    private void count() throws WsFrameException {
        pieces++;
        bytes += length;
        // What compression makes of random bytes is a little more than they were.
        if (bytes < 0 || bytes > messageBytesMax + (inflating ? 1_024 + messageBytesMax / 8 : 0L)) {
            throw WsMessage.tooBig(messageBytesMax);
        }
        if (pieces > PIECES_FREE && bytes / pieces < PIECE_BYTES_MEAN) {
            throw new WsFrameException(
                    WsFrames.POLICY_VIOLATION, "a message comes in too many pieces");
        }
    }

    private void payload(WsMessage current) throws IOException {
        var offset = 0;
        for (var left = length; left > 0; ) {
            need();
            var from = source.position();
            var count = (int) Math.min(left, source.available());
            WsFrames.unmask(source.piece(), from, count, mask, offset);
            if (inflating && inflater != null) {
                inflater.add(source.piece(), from, count, current);
            } else {
                current.add(source.piece(), from, count);
            }
            source.skip(count);
            offset = (offset + count) & 3;
            left -= count;
        }
    }

    private void need() throws IOException {
        if (!source.ensure()) {
            throw new EOFException("the client ended the connection");
        }
    }

    private int octet() throws IOException {
        need();
        var octet = source.piece()[source.position()] & 0xff;
        source.skip(1);
        return octet;
    }

    private long number(int octets) throws IOException {
        var number = 0L;
        for (var i = 0; i < octets; i++) {
            number = number << 8 | octet();
        }
        return number;
    }
}
