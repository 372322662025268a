// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.host.server.http2.ErrorCode;
import dev.polyloom.host.server.http2.Http2Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** A stream of an HTTP/2 connection that becomes a WebSocket, RFC 8441. */
final class Http2WebSocket implements WsTransport {

    private final Http2Stream stream;
    private final Http2Exchange handshake;
    private final Http2Session session;
    private final ByteSource source;

    Http2WebSocket(Http2Stream stream, Http2Exchange handshake, Http2Session session) {
        this.stream = stream;
        this.handshake = handshake;
        this.session = session;
        this.source = new ByteSource(this::next, new byte[0]);
    }

    private byte @Nullable [] next() {
        try {
            return stream.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ByteSource source() {
        return source;
    }

    @Override
    public void accept(Headers fields) throws IOException {
        var all = new ArrayList<String>();
        all.add("date");
        all.add(session.date());
        for (var i = 0; i < fields.size(); i++) {
            all.add(fields.name(i));
            all.add(fields.value(i));
        }
        stream.tunnel();
        stream.start(200, Headers.ofFlat(all.toArray(String[]::new)), false);
        handshake.switched();
    }

    @Override
    public void write(OutBuffer bytes) throws IOException {
        stream.write(bytes.bytes(), 0, bytes.size(), false);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        stream.write(bytes, 0, bytes.length, false);
    }

    @Override
    public void linger() {
        // Who waits for the client's part of the closing does so for a bounded time.
    }

    @Override
    public void cut() {
        stream.reset(ErrorCode.CANCEL);
    }

    /** Ends the host's side once the WebSocket is over. */
    void end() {
        try {
            stream.write(new byte[0], 0, 0, true);
        } catch (IOException _) {
            // It was cut.
        }
    }
}
