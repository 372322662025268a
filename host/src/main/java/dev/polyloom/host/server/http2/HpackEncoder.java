// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import dev.polyloom.bridge.Headers;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/**
 * Writes header blocks that refer to nothing but the static table, so that any thread can write one
 * at any time. Pure functions.
 */
final class HpackEncoder {

    private static final int INDEXED = 0x80;
    private static final int LITERAL = 0;
    private static final int NEVER_INDEXED = 0x10;
    private static final int HUFFMAN = 0x80;

    private HpackEncoder() {}

    /** A response's head. */
    static byte[] response(int status, Headers fields) {
        var out = new ByteArrayOutputStream(256);
        field(":status", Integer.toString(status), out);
        return fields(fields, out);
    }

    /** Fields alone. */
    static byte[] fields(Headers fields) {
        return fields(fields, new ByteArrayOutputStream(64));
    }

    private static byte[] fields(Headers fields, ByteArrayOutputStream out) {
        for (var i = 0; i < fields.size(); i++) {
            field(fields.name(i).toLowerCase(Locale.ROOT), fields.value(i), out);
        }
        return out.toByteArray();
    }

    private static void field(String name, String value, ByteArrayOutputStream out) {
        var whole = Hpack.index(name, value);
        if (whole != 0) {
            integer(INDEXED, 7, whole, out);
            return;
        }
        var index = Hpack.index(name);
        integer(secret(name) ? NEVER_INDEXED : LITERAL, 4, index, out);
        if (index == 0) {
            string(name, out);
        }
        string(value, out);
    }

    /** Whether those who pass the field on should not keep it either. */
    private static boolean secret(String name) {
        return name.equals("set-cookie") || name.equals("authorization");
    }

    private static void string(String latin, ByteArrayOutputStream out) {
        var encoded = Huffman.encodedLength(latin);
        if (encoded < latin.length()) {
            integer(HUFFMAN, 7, encoded, out);
            Huffman.encode(latin, out);
            return;
        }
        integer(0, 7, latin.length(), out);
        for (var i = 0; i < latin.length(); i++) {
            out.write(latin.charAt(i));
        }
    }

    private static void integer(int first, int prefixBits, int value, ByteArrayOutputStream out) {
        var mask = (1 << prefixBits) - 1;
        if (value < mask) {
            out.write(first | value);
            return;
        }
        out.write(first | mask);
        var rest = value - mask;
        for (; rest >= 0x80; rest >>= 7) {
            out.write(0x80 | (rest & 0x7f));
        }
        out.write(rest);
    }
}
