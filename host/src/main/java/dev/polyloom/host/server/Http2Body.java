// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.host.server.http2.Http2Stream;
import java.io.IOException;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** The body of an HTTP/2 request. */
final class Http2Body extends RequestBody {

    private static final byte[] NOTHING = new byte[0];

    private final Http2Stream stream;
    private final BooleanSupplier answered;
    private byte[] piece = NOTHING;
    private int at;
    private boolean touched;
    private boolean ended;

    /**
     * Creates a body.
     *
     * @param answered whether a response was begun
     */
    Http2Body(Http2Stream stream, long bytesMax, BooleanSupplier answered) {
        super(bytesMax);
        this.stream = stream;
        this.answered = answered;
        this.ended = stream.request().contentLength() == 0;
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
        count(more.length);
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
