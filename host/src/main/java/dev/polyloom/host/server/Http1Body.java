// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Tokens;
import dev.polyloom.bridge.TrailerFields;
import dev.polyloom.host.server.Problem.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;

/**
 * The body of an HTTP/1 request, decoded and bounded as it is read. Read by one thread at a time.
 */
final class Http1Body extends RequestBody {

    private static final int LINE_MAX = 8 << 10;
    private static final int SIZE_DIGITS_MAX = 15;

    private final ByteSource source;
    private final boolean chunked;
    private final BeforeFirstRead beforeFirstRead;
    private long left;
    private long waited;
    private long came;
    private boolean betweenChunks;
    private volatile boolean touched;
    private volatile long waitedNanos;
    private volatile long received;
    private volatile boolean ended;

    /** What is to be done before the first byte is asked for. */
    @FunctionalInterface
    interface BeforeFirstRead {
        void run() throws IOException;
    }

    Http1Body(
            ByteSource source, long contentLength, long bytesMax, BeforeFirstRead beforeFirstRead) {
        super(bytesMax);
        this.source = source;
        this.chunked = contentLength == Http1Head.CHUNKED;
        this.left = chunked ? 0 : contentLength;
        this.beforeFirstRead = beforeFirstRead;
        this.ended = contentLength == 0;
    }

    /** Whether all of it has been read. */
    boolean ended() {
        return ended;
    }

    /** Whether anyone has begun to read it. */
    boolean touched() {
        return touched;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (ended) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        try {
            return readSome(target, offset, length);
        } catch (RefusedException e) {
            fault(e.problem());
            throw e;
        }
    }

    private int readSome(byte[] target, int offset, int length) throws IOException {
        if (!touched) {
            touched = true;
            beforeFirstRead.run();
        }
        if (left == 0 && chunked) {
            nextChunk();
            if (ended) {
                return -1;
            }
        }
        ensure();
        var count = (int) Math.min(Math.min(length, left), source.available());
        System.arraycopy(source.piece(), source.position(), target, offset, count);
        source.skip(count);
        left -= count;
        count(count);
        if (left == 0 && !chunked) {
            ended = true;
        }
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(left, source.available());
    }

    /**
     * Reads on without use.
     *
     * @return whether the end came within the given number of bytes
     */
    boolean discard(long most) throws IOException {
        var buffer = new byte[(int) Math.min(8 << 10, most)];
        for (var rest = most; rest > 0 && !ended; ) {
            var count = read(buffer, 0, (int) Math.min(buffer.length, rest));
            rest -= Math.max(0, count);
        }
        return ended;
    }

    // Chunks

    private void nextChunk() throws IOException {
        if (betweenChunks) {
            expectLineEnd();
        }
        betweenChunks = true;
        left = chunkSize();
        if (left == 0) {
            trailers();
            ended = true;
        } else {
            announce(left);
        }
    }

    private long chunkSize() throws IOException {
        var size = 0L;
        var digits = 0;
        var seen = 0;
        var inExtension = false;
        while (true) {
            var c = next();
            if (c == '\r') {
                if (next() != '\n') {
                    throw malformed("a chunk's size does not end with CR LF");
                }
                break;
            }
            if (++seen > LINE_MAX || control(c)) {
                throw malformed("a chunk's size is not a number");
            }
            var digit = c < 128 ? Character.digit(c, 16) : -1;
            if (!inExtension && digit >= 0) {
                if (++digits > SIZE_DIGITS_MAX) {
                    throw malformed("a chunk's size is too large a number");
                }
                size = size << 4 | digit;
            } else if (c == ';' && digits > 0) {
                inExtension = true;
            } else if (!inExtension) {
                throw malformed("a chunk's size is not a number");
            }
        }
        if (digits == 0) {
            throw malformed("a chunk has no size");
        }
        return size;
    }

    /** Reads past the trailer fields, which nobody asks for. */
    private void trailers() throws IOException {
        var line = new StringBuilder();
        var named = false;
        var bytes = 0;
        while (true) {
            var c = next();
            if (++bytes > LINE_MAX) {
                throw new RefusedException(
                        Kind.HEADERS_TOO_LARGE, "the trailer fields are too large");
            }
            if (c == '\r') {
                if (next() != '\n' || (!named && !line.isEmpty())) {
                    throw malformed("a trailer field is malformed");
                }
                if (line.isEmpty()) {
                    return;
                }
                line.setLength(0);
                named = false;
            } else if (named ? control(c) : c != ':' && !Tokens.isTokenChar(c)) {
                throw malformed("a trailer field is malformed");
            } else if (!named && c == ':') {
                named = true;
                trailer(line.toString());
            } else {
                line.append((char) c);
            }
        }
    }

    private static boolean control(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }

    private static void trailer(String name) throws RefusedException {
        if (name.isEmpty() || !TrailerFields.allows(name)) {
            throw malformed("a trailer field that may not follow a body");
        }
    }

    private void expectLineEnd() throws IOException {
        if (next() != '\r' || next() != '\n') {
            throw malformed("a chunk does not end where its size says");
        }
    }

    /** Makes a byte available, and keeps count of the time that its client took. */
    private void ensure() throws IOException {
        if (source.available() > 0) {
            return;
        }
        var since = System.nanoTime();
        var more = source.ensure();
        waited += System.nanoTime() - since;
        waitedNanos = waited;
        if (!more) {
            throw new EOFException("the client ended the request within its body");
        }
        came += source.available();
        received = came;
    }

    /**
     * Whether its client sends less than the rate allows, on the whole of the time that it was
     * waited for. Any thread may ask.
     */
    boolean slow(long nowNanos, long graceNanos, long bytesPerSecond) {
        var since = source.waitingSinceNanos();
        var waited = waitedNanos + (since == 0 ? 0 : Math.max(0, nowNanos - since));
        return !ended
                && touched
                && waited > graceNanos
                && received < waited / (1e9 / bytesPerSecond);
    }

    private int next() throws IOException {
        ensure();
        var c = source.piece()[source.position()] & 0xff;
        source.skip(1);
        return c;
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Kind.MALFORMED_REQUEST, detail);
    }
}
