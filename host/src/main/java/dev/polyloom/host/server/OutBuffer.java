// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes on their way out; used again for each response of a connection. Not thread-safe. */
final class OutBuffer {

    private static final int KEPT_MAX = 64 << 10;

    private byte[] bytes = new byte[1_024];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (bytes.length > KEPT_MAX) {
            bytes = new byte[1_024];
        }
    }

    OutBuffer put(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    /** Appends characters below 256 as bytes. */
    @SuppressWarnings("deprecation") // the one way that copies Latin-1 without an array between
    OutBuffer put(String latin) {
        var length = latin.length();
        room(length);
        latin.getBytes(0, length, bytes, size);
        size += length;
        return this;
    }

    OutBuffer put(char c) {
        room(1);
        bytes[size++] = (byte) c;
        return this;
    }

    OutBuffer putDecimal(long number) {
        return put(Long.toString(number));
    }

    OutBuffer putHex(int number) {
        return put(Integer.toHexString(number));
    }

    OutBuffer putLineEnd() {
        room(2);
        bytes[size++] = '\r';
        bytes[size++] = '\n';
        return this;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
    }
}
