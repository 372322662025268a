// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.BodyTooLargeException;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** An exchange over Helidon's request and response, whatever the protocol. */
final class HelidonExchange extends HostExchange {

    private final ServerRequest request;
    private final ServerResponse response;
    private final Headers headers;
    private final long bodyBytesMax;
    private @Nullable InputStream body;
    private @Nullable OutputStream out;
    private int status;
    private long bytesOut;
    private boolean finished;
    private boolean aborted;

    HelidonExchange(ServerRequest request, ServerResponse response, long bodyBytesMax) {
        this.request = request;
        this.response = response;
        this.bodyBytesMax = bodyBytesMax;
        this.headers = flat(request);
    }

    private static Headers flat(ServerRequest request) {
        var flat = new ArrayList<String>();
        var hasHost = false;
        for (Header header : request.headers()) {
            var name = header.headerName().lowerCase();
            hasHost |= name.equals("host");
            for (var value : header.allValues()) {
                flat.add(name);
                flat.add(value);
            }
        }
        if (!hasHost) {
            flat.add("host");
            flat.add(request.authority());
        }
        return Headers.ofFlat(flat.toArray(String[]::new));
    }

    @Override
    String method() {
        return request.prologue().method().text();
    }

    @Override
    String scheme() {
        return request.isSecure() ? "https" : "http";
    }

    @Override
    String httpVersion() {
        var version = request.prologue().protocolVersion();
        return version.startsWith("2") ? "2" : version;
    }

    @Override
    String rawPath() {
        return request.prologue().uriPath().rawPath();
    }

    @Override
    String rawQuery() {
        return request.prologue().query().rawValue();
    }

    @Override
    Headers headers() {
        return headers;
    }

    @Override
    Endpoint peer() {
        return Endpoints.of(request.remotePeer().address());
    }

    @Override
    Endpoint local() {
        return Endpoints.of(request.localPeer().address());
    }

    @Override
    public long contentLength() {
        var known = request.headers().contentLength();
        if (known.isPresent()) {
            return known.getAsLong();
        }
        return request.content().hasEntity() ? -1 : 0;
    }

    @Override
    public InputStream body() {
        var opened = body;
        if (opened == null) {
            opened =
                    contentLength() == 0
                            ? InputStream.nullInputStream()
                            : new Bounded(request.content().inputStream(), bodyBytesMax);
            body = opened;
        }
        return opened;
    }

    @Override
    @Nullable Problem requestFault() {
        return body instanceof Bounded bounded && bounded.read > bodyBytesMax
                ? Problem.of(
                        Problem.Kind.BODY_TOO_LARGE,
                        String.valueOf(new BodyTooLargeException(bodyBytesMax).getMessage()))
                : null;
    }

    @Override
    public void respond(int code, Headers sent, byte[] bytes) throws IOException {
        var prepared = prepare(code, sent);
        var bodiless = ResponseHeads.bodiless(code);
        if (!prepared && !bodiless) {
            response.headers().set(HeaderValues.create(HeaderNames.CONTENT_LENGTH, bytes.length));
        }
        try {
            if (bodiless || method().equals("HEAD")) {
                response.send();
            } else {
                response.send(bytes);
                bytesOut = bytes.length;
            }
            finished = true;
        } catch (RuntimeException e) {
            throw gone(e);
        }
    }

    @Override
    public void start(int code, Headers sent) throws IOException {
        prepare(code, sent);
        try {
            if (!ResponseHeads.bodiless(code) && !method().equals("HEAD")) {
                out = response.outputStream();
            }
        } catch (RuntimeException e) {
            throw gone(e);
        }
    }

    @Override
    public void write(byte[] piece) throws IOException {
        var stream = out;
        if (stream == null || piece.length == 0) {
            return;
        }
        try {
            stream.write(piece);
            stream.flush();
            bytesOut += piece.length;
        } catch (RuntimeException e) {
            throw gone(e);
        }
    }

    @Override
    public void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        try {
            var stream = out;
            if (stream == null) {
                response.send();
            } else {
                stream.close();
            }
        } catch (RuntimeException e) {
            throw gone(e);
        }
    }

    /** Sets status and headers; whether the app gave a content length. */
    private boolean prepare(int code, Headers sent) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        ResponseHeads.check(code, sent);
        response.status(Status.create(code));
        var present = 0;
        for (var i = 0; i < sent.size(); i++) {
            var name = sent.name(i);
            var known = ResponseHeads.known(name);
            present |= known;
            if ((known & ResponseHeads.HOP_BY_HOP) == 0) {
                add(name, sent.value(i));
            }
        }
        if ((present & ResponseHeads.SERVER) == 0) {
            add("server", ResponseHeads.SERVER_NAME);
        }
        if ((present & ResponseHeads.REQUEST_ID) == 0) {
            add(RequestIds.HEADER, requestId());
        }
        var timing = serverTiming();
        if (timing != null) {
            add("server-timing", timing);
        }
        status = code;
        return (present & ResponseHeads.CONTENT_LENGTH) != 0;
    }

    private void add(String name, String value) {
        response.headers().add(HeaderValues.create(HeaderNames.create(name), value));
    }

    private static IOException gone(RuntimeException e) {
        return new IOException("the client has gone away", e);
    }

    @Override
    public boolean started() {
        return status != 0;
    }

    /** HTTP/2 resets of a stream are not told by the server library; see write failures. */
    @Override
    public void onClientGone(Runnable action) {
        // A client that goes away is noticed when the next piece is written.
    }

    @Override
    int status() {
        return status;
    }

    @Override
    long bytesOut() {
        return bytesOut;
    }

    @Override
    boolean unfinished() {
        return status != 0 && !finished;
    }

    @Override
    void abort() {
        finished = true;
        aborted = true;
    }

    /** Cuts the stream or connection if the response is not whole. Called last. */
    void close() {
        if (aborted) {
            throw new CloseConnectionException("the response was cut");
        }
    }

    /** A body that fails when it is longer than allowed. */
    private static final class Bounded extends InputStream {

        private final InputStream in;
        private final long max;
        private long read;

        Bounded(InputStream in, long max) {
            this.in = in;
            this.max = max;
        }

        @Override
        public int read() throws IOException {
            var one = in.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            var count = in.read(target, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) throws BodyTooLargeException {
            read += bytes;
            if (read > max) {
                throw new BodyTooLargeException(max);
            }
        }
    }
}
