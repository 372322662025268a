// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A client that speaks HTTP/2 frame by frame, right or wrong. */
final class Http2Client implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private final RawClient raw;

    /** A frame of the host. */
    record Frame(int type, int flags, int stream, byte[] payload) {

        /** The number in its first four bytes. */
        int number() {
            return ByteBuffer.wrap(payload).getInt();
        }

        /** The error code of one that ends the connection. */
        int goAwayCode() {
            return ByteBuffer.wrap(payload).getInt(4);
        }

        boolean ends() {
            return (flags & END_STREAM) != 0;
        }

        String text() {
            return new String(payload, ISO_8859_1);
        }
    }

    /** Connects and says what comes first. */
    Http2Client(TestHost host) throws IOException {
        this(host, new byte[0]);
    }

    /** Likewise, with settings. */
    Http2Client(TestHost host, byte[] settings) throws IOException {
        this.raw = new RawClient(host);
        raw.sendExactly("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        send(SETTINGS, 0, 0, settings);
    }

    /** A setting as bytes. */
    static byte[] setting(int name, int value) {
        return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    Http2Client send(int type, int flags, int stream, byte[] payload) throws IOException {
        raw.send(frame(type, flags, stream, payload));
        return this;
    }

    Http2Client send(byte[] bytes) throws IOException {
        raw.send(bytes);
        return this;
    }

    /** A header block without compression, of names and values. */
    static byte[] block(String... fields) {
        var out = new ByteArrayOutputStream();
        for (var i = 0; i < fields.length; i += 2) {
            out.write(0);
            string(fields[i], out);
            string(fields[i + 1], out);
        }
        return out.toByteArray();
    }

    private static void string(String text, ByteArrayOutputStream out) {
        if (text.length() < 127) {
            out.write(text.length());
        } else {
            out.write(127);
            var rest = text.length() - 127;
            for (; rest >= 128; rest >>= 7) {
                out.write((rest & 127) | 128);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }

    /** The block of a request to a path. */
    static byte[] request(String method, String path, String... fields) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                block(":method", method, ":scheme", "http", ":path", path, ":authority", "x"));
        out.writeBytes(block(fields));
        return out.toByteArray();
    }

    /** Sends a request without a body. */
    Http2Client get(int stream, String path, String... fields) throws IOException {
        return send(HEADERS, END_STREAM | END_HEADERS, stream, request("GET", path, fields));
    }

    /** The next frame, settings and windows left out; null at the end. */
    Frame next() throws IOException {
        while (true) {
            var head = raw.bytes(9);
            if (head.length < 9) {
                throw new IOException("the host ended the connection");
            }
            var buffer = ByteBuffer.wrap(head);
            var first = buffer.getInt();
            var flags = buffer.get();
            var frame = new Frame(first & 0xff, flags, buffer.getInt(), raw.bytes(first >>> 8));
            if (frame.type() != SETTINGS && frame.type() != WINDOW_UPDATE) {
                return frame;
            }
        }
    }

    /** The next frame of a type, others left out. */
    Frame next(int type) throws IOException {
        while (true) {
            var frame = next();
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /** All bytes of a stream's body. */
    byte[] body(int stream) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var frame = next();
            if (frame.stream() == stream && frame.type() == RST_STREAM) {
                throw new IOException("reset with " + frame.number());
            }
            if (frame.stream() == stream && frame.type() == DATA) {
                body.writeBytes(frame.payload());
            }
            if (frame.stream() == stream && frame.ends()) {
                return body.toByteArray();
            }
        }
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
