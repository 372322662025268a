// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** Writes frames, each whole, one after the other. Thread-safe. */
final class FrameWriter {

    private static final int KEPT_MAX = 64 << 10;

    private final Http2Wire wire;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] out = new byte[512];
    private int size;
    private volatile long writingSinceNanos;
    private volatile long frames;

    FrameWriter(Http2Wire wire) {
        this.wire = wire;
    }

    /** Since when the peer is waited for to take something, 0 when it is not. */
    long writingSinceNanos() {
        return writingSinceNanos;
    }

    /** How many frames were written. */
    long frames() {
        return frames;
    }

    /** A list of settings and their values. */
    void settings(int... settings) throws IOException {
        lock.lock();
        try {
            head(6 * settings.length / 2, Frames.SETTINGS, 0, 0);
            for (var i = 0; i < settings.length; i += 2) {
                put(settings[i], 2);
                put(settings[i + 1], 4);
            }
            flush();
        } finally {
            lock.unlock();
        }
    }

    void settingsAck() throws IOException {
        simple(Frames.SETTINGS, Frames.ACK, 0, new byte[0]);
    }

    void pingAck(byte[] payload) throws IOException {
        simple(Frames.PING, Frames.ACK, 0, payload);
    }

    void reset(int stream, int code) throws IOException {
        number(Frames.RST_STREAM, stream, code);
    }

    void windowUpdate(int stream, int bytes) throws IOException {
        number(Frames.WINDOW_UPDATE, stream, bytes);
    }

    void goAway(int lastStream, int code) throws IOException {
        lock.lock();
        try {
            head(8, Frames.GOAWAY, 0, 0);
            put(lastStream, 4);
            put(code, 4);
            flush();
        } finally {
            lock.unlock();
        }
    }

    private void number(int type, int stream, int number) throws IOException {
        lock.lock();
        try {
            head(4, type, 0, stream);
            put(number, 4);
            flush();
        } finally {
            lock.unlock();
        }
    }

    private void simple(int type, int flags, int stream, byte[] payload) throws IOException {
        lock.lock();
        try {
            head(payload.length, type, flags, stream);
            put(payload, 0, payload.length);
            flush();
        } finally {
            lock.unlock();
        }
    }

    void headers(int stream, byte[] block, boolean end) throws IOException {
        lock.lock();
        try {
            putHeaders(stream, block, end);
            flush();
        } finally {
            lock.unlock();
        }
    }

    void data(int stream, byte[] bytes, int from, int length, boolean end) throws IOException {
        lock.lock();
        try {
            putData(stream, bytes, from, length, end);
            flush();
        } finally {
            lock.unlock();
        }
    }

    /** A head and the whole body after it, which the windows allow. */
    void whole(int stream, byte[] block, byte[] body) throws IOException {
        lock.lock();
        try {
            putHeaders(stream, block, false);
            putData(stream, body, 0, body.length, true);
            flush();
        } finally {
            lock.unlock();
        }
    }

    private void putHeaders(int stream, byte[] block, boolean end) {
        var most = Frames.PAYLOAD_BYTES_MAX;
        var first = Math.min(block.length, most);
        var flags =
                (end ? Frames.END_STREAM : 0) | (first == block.length ? Frames.END_HEADERS : 0);
        head(first, Frames.HEADERS, flags, stream);
        put(block, 0, first);
        for (var from = first; from < block.length; from += most) {
            var length = Math.min(block.length - from, most);
            var last = from + length == block.length;
            head(length, Frames.CONTINUATION, last ? Frames.END_HEADERS : 0, stream);
            put(block, from, length);
        }
    }

    private void putData(int stream, byte[] bytes, int from, int length, boolean end) {
        head(length, Frames.DATA, end ? Frames.END_STREAM : 0, stream);
        put(bytes, from, length);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    private void head(int length, int type, int flags, int stream) {
        frames++;
        put(length, 3);
        put(type, 1);
        put(flags, 1);
        put(stream, 4);
    }

    private void put(int number, int octets) {
        room(octets);
        for (var shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            out[size++] = (byte) (number >> shift);
        }
    }

    private void put(byte[] bytes, int from, int length) {
        room(length);
        System.arraycopy(bytes, from, out, size, length);
        size += length;
    }

    private void room(int more) {
        if (out.length - size < more) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, size + more));
        }
    }

    private void flush() throws IOException {
        var bytes = out;
        var length = size;
        size = 0;
        if (out.length > KEPT_MAX) {
            out = new byte[512];
        }
        writingSinceNanos = System.nanoTime() | 1;
        try {
            wire.write(bytes, length);
        } finally {
            writingSinceNanos = 0;
        }
    }
}
