// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads frames off the wire. Confined to the reading thread. */
final class FrameReader {

    private static final byte[] NOTHING = new byte[0];

    private final Http2Wire wire;
    private byte[] piece = NOTHING;
    private int at;

    FrameReader(Http2Wire wire) {
        this.wire = wire;
    }

    /** A frame; padding is still in its payload. */
    record Frame(int type, int flags, int stream, byte[] payload) {

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** Reads what a client says first. */
    void preface() throws IOException {
        var expected = Frames.preface();
        for (var octet : expected) {
            if (!ensure()) {
                throw new EOFException("the client ended the connection");
            }
            if (piece[at++] != octet) {
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "this is not HTTP/2");
            }
        }
    }

    /** The next frame, null when the client ends the connection before it. */
    @Nullable Frame next() throws IOException {
        if (!ensure()) {
            return null;
        }
        var head = read(Frames.HEAD_BYTES);
        var length = Frames.number(head, 0, 3);
        if (length > Frames.PAYLOAD_BYTES_MAX) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a frame is too long");
        }
        return new Frame(
                head[3] & 0xff,
                head[4] & 0xff,
                Frames.number(head, 5, 4) & Frames.STREAM_BITS,
                read(length));
    }

    private byte[] read(int length) throws IOException {
        if (length == 0) {
            return NOTHING;
        }
        if (piece.length - at >= length) {
            at += length;
            return Arrays.copyOfRange(piece, at - length, at);
        }
        var bytes = new byte[length];
        for (var done = 0; done < length; ) {
            if (!ensure()) {
                throw new EOFException("the client ended the connection within a frame");
            }
            var count = Math.min(length - done, piece.length - at);
            System.arraycopy(piece, at, bytes, done, count);
            at += count;
            done += count;
        }
        return bytes;
    }

    private boolean ensure() throws IOException {
        while (at == piece.length) {
            var more = wire.read();
            if (more == null) {
                return false;
            }
            piece = more;
            at = 0;
        }
        return true;
    }
}
