// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.TrailerFields;
import io.airlift.compress.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An exchange whose response is compressed when the client takes that and the response allows it.
 * Whole responses as zstd or gzip; streams as gzip, each piece so that the client can read all of
 * it at once. Confined to the thread that answers.
 *
 * <p>The app's promises of a length are kept by the bytes it gives, not by those that are sent.
 */
final class CompressingExchange implements HttpExchange, AutoCloseable {

    /** Below so many bytes the fields that tell of it cost as much as it saves. */
    static final int BYTES_MIN = 1_024;

    /** Up to so many bytes a whole response is compressed as one, so that its length is told. */
    private static final int WHOLE_BYTES_MAX = 1 << 20;

    private static final int SLICE_BYTES = 64 << 10;
    private static final int GZIP_BUFFER_BYTES = 8 << 10;

    private final HttpExchange inner;
    private final ContentCodings codings;
    private final boolean bodyUnwanted;
    private final ResponseProgress given;
    private @Nullable Packer packer;
    private boolean packed;

    CompressingExchange(HostExchange inner, ContentCodings codings) {
        this.inner = inner;
        this.codings = codings;
        this.bodyUnwanted = inner.response.bodyUnwanted();
        this.given = new ResponseProgress(inner.method());
    }

    /** Collects what gzip makes of one response's pieces. */
    private static final class Packer extends ByteArrayOutputStream {

        private final GZIPOutputStream gzip;

        @SuppressWarnings("this-escape") // the stream writes the ten bytes that come first
        Packer() throws IOException {
            gzip = new GZIPOutputStream(this, GZIP_BUFFER_BYTES, true);
        }

        byte[] flushed(byte[] piece, int from, int length) throws IOException {
            gzip.write(piece, from, length);
            gzip.flush();
            return taken();
        }

        byte[] rest() throws IOException {
            gzip.close();
            return taken();
        }

        private byte[] taken() {
            var bytes = toByteArray();
            reset();
            return bytes;
        }
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        var fields = EncodedFields.of(status, headers);
        if (!fields.open() || !codings.any()) {
            inner.respond(status, fields.plain(), body);
        } else if (bodyUnwanted && body.length == 0) {
            headOfWhole(status, fields);
        } else if (body.length < BYTES_MIN) {
            inner.respond(status, fields.plain(), body);
        } else if (body.length > WHOLE_BYTES_MAX && codings.gzip() > 0) {
            inSlices(status, fields, body);
        } else {
            var zstd = codings.zstdFirst();
            var bytes = zstd ? zstd(body) : gzip(body);
            if (bytes.length < body.length) {
                inner.respond(status, fields.encoded(zstd ? "zstd" : "gzip"), bytes);
            } else {
                inner.respond(status, fields.plain(), body);
            }
        }
    }

    /** The app left out the body that nobody wants, so that its compressed length is not known. */
    private void headOfWhole(int status, EncodedFields fields) throws IOException {
        if (fields.length() < BYTES_MIN) {
            inner.respond(status, fields.plain(), new byte[0]);
            return;
        }
        var zstd =
                codings.zstdFirst() && (fields.length() <= WHOLE_BYTES_MAX || codings.gzip() == 0);
        inner.start(status, fields.encoded(zstd ? "zstd" : "gzip"));
        inner.finish();
    }

    private void inSlices(int status, EncodedFields fields, byte[] body) throws IOException {
        inner.start(status, fields.encoded("gzip"));
        if (!bodyUnwanted) {
            var pieces = new Packer();
            packer = pieces;
            for (var from = 0; from < body.length; from += SLICE_BYTES) {
                var length = Math.min(SLICE_BYTES, body.length - from);
                inner.write(pieces.flushed(body, from, length));
            }
            inner.write(pieces.rest());
        }
        inner.finish();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var out = new ByteArrayOutputStream(body.length / 2);
        try (var gzip = new GZIPOutputStream(out, GZIP_BUFFER_BYTES)) {
            gzip.write(body);
        }
        return out.toByteArray();
    }

    private static byte[] zstd(byte[] body) {
        var compressor = new ZstdCompressor();
        var room = new byte[compressor.maxCompressedLength(body.length)];
        var length = compressor.compress(body, 0, body.length, room, 0, room.length);
        return Arrays.copyOf(room, length);
    }

    @Override
    public void start(int status, Headers headers) throws IOException {
        var fields = EncodedFields.of(status, headers);
        var worth = fields.length() < 0 || fields.length() >= BYTES_MIN;
        if (!fields.open() || !worth || codings.gzip() == 0) {
            inner.start(status, fields.plain());
            return;
        }
        given.check(status, headers);
        if (fields.length() >= 0) {
            given.promise(fields.length());
        }
        inner.start(status, fields.encoded("gzip"));
        given.begun(status);
        packed = true;
    }

    @Override
    public void write(byte[] piece) throws IOException {
        if (!packed) {
            inner.write(piece);
        } else if (given.takes(piece.length)) {
            inner.write(packer().flushed(piece, 0, piece.length));
        }
    }

    private Packer packer() throws IOException {
        var pieces = packer;
        if (pieces == null) {
            pieces = new Packer();
            packer = pieces;
        }
        return pieces;
    }

    @Override
    public void finish() throws IOException {
        end();
        inner.finish();
    }

    @Override
    public void finish(Headers trailers) throws IOException {
        ResponseHeads.check(200, trailers);
        TrailerFields.check(trailers);
        end();
        inner.finish(trailers);
    }

    private void end() throws IOException {
        if (packed && given.ends() && !bodyUnwanted) {
            inner.write(packer().rest());
        }
    }

    /** Gives back what a response that was broken off holds outside of the heap. */
    @Override
    public void close() throws IOException {
        var pieces = packer;
        if (pieces != null) {
            var _ = pieces.rest();
        }
    }

    // As it is

    @Override
    public RequestHead head() {
        return inner.head();
    }

    @Override
    public long contentLength() {
        return inner.contentLength();
    }

    @Override
    public InputStream body() {
        return inner.body();
    }

    @Override
    public void reason(int status, String phrase) throws IOException {
        inner.reason(status, phrase);
    }

    @Override
    public void earlyHint(Headers fields) throws IOException {
        inner.earlyHint(fields);
    }

    @Override
    public boolean started() {
        return inner.started();
    }

    @Override
    public void onClientGone(Runnable action) {
        inner.onClientGone(action);
    }
}
