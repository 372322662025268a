// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.BodyTooLargeException;
import dev.polyloom.bridge.Headers;
import dev.polyloom.host.server.Problem.Kind;
import dev.polyloom.host.server.http2.Http2Stream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The body of an HTTP/2 request, bounded as it is read. Read by one thread at a time. */
final class Http2Body extends InputStream {

    private static final byte[] NOTHING = new byte[0];

    private final Http2Stream stream;
    private final long bytesMax;
    private final BooleanSupplier answered;
    private byte[] piece = NOTHING;
    private int at;
    private long total;
    private boolean touched;
    private boolean ended;
    private volatile @Nullable Problem fault;

    /**
     * Creates a body.
     *
     * @param answered whether a response was begun
     */
    Http2Body(Http2Stream stream, long bytesMax, BooleanSupplier answered) {
        this.stream = stream;
        this.bytesMax = bytesMax;
        this.answered = answered;
        this.ended = stream.request().contentLength() == 0;
    }

    /** What is wrong with it as far as it was read, null when nothing is. */
    @Nullable Problem fault() {
        return fault;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (at == piece.length && !next()) {
            return -1;
        }
        var count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws IOException {
        if (ended) {
            return false;
        }
        if (!touched) {
            touched = true;
            continueIfExpected();
        }
        var more = stream.read();
        if (more == null) {
            ended = true;
            return false;
        }
        total += more.length;
        if (total > bytesMax) {
            var tooLarge = new BodyTooLargeException(bytesMax);
            fault = Problem.of(Kind.BODY_TOO_LARGE, String.valueOf(tooLarge.getMessage()));
            throw tooLarge;
        }
        piece = more;
        at = 0;
        return true;
    }

    private void continueIfExpected() throws IOException {
        var expects =
                stream.request()
                        .headers()
                        .first("expect")
                        .filter("100-continue"::equalsIgnoreCase)
                        .isPresent();
        if (expects && !answered.getAsBoolean()) {
            stream.inform(100, Headers.EMPTY);
        }
    }

    @Override
    public int available() {
        return piece.length - at;
    }
}
