// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The numbers of frames, RFC 9113. */
final class Frames {

    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int PRIORITY = 0x2;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PUSH_PROMISE = 0x5;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;
    static final int CONTINUATION = 0x9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITIZED = 0x20;

    static final int SETTINGS_HEADER_TABLE_SIZE = 0x1;
    static final int SETTINGS_ENABLE_PUSH = 0x2;
    static final int SETTINGS_MAX_CONCURRENT_STREAMS = 0x3;
    static final int SETTINGS_INITIAL_WINDOW_SIZE = 0x4;
    static final int SETTINGS_MAX_FRAME_SIZE = 0x5;
    static final int SETTINGS_MAX_HEADER_LIST_SIZE = 0x6;
    static final int SETTINGS_ENABLE_CONNECT_PROTOCOL = 0x8;

    static final int HEAD_BYTES = 9;
    static final int PAYLOAD_BYTES_MAX = 1 << 14;
    static final int PAYLOAD_BYTES_MOST = (1 << 24) - 1;
    static final int WINDOW = 65_535;
    static final int STREAM_BITS = 0x7fff_ffff;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);

    private Frames() {}

    /** What a client says before its first frame. */
    static byte[] preface() {
        return PREFACE;
    }

    static int number(byte[] bytes, int from, int octets) {
        var number = 0;
        for (var i = 0; i < octets; i++) {
            number = number << 8 | (bytes[from + i] & 0xff);
        }
        return number;
    }
}
