// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.bridge.TrailerFields;
import dev.polyloom.host.server.http2.ErrorCode;
import dev.polyloom.host.server.http2.Http2Request;
import dev.polyloom.host.server.http2.Http2Stream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/2 connection. */
final class Http2Exchange extends HostExchange {

    private final Http2Stream stream;
    private final Http2Request request;
    private final Http2Session session;
    private final Http2Body body;
    private final boolean bodyUnwanted;
    private int status;
    private long promised = -1;
    private long bytesOut;
    private volatile boolean finished;

    Http2Exchange(Http2Stream stream, Http2Session session, long bodyBytesMax) {
        this.stream = stream;
        this.request = stream.request();
        this.session = session;
        this.body = new Http2Body(stream, bodyBytesMax, () -> status != 0);
        this.bodyUnwanted = request.method().equals("HEAD");
    }

    // The request

    @Override
    String method() {
        return request.method();
    }

    @Override
    String scheme() {
        return session.secure() ? "https" : "http";
    }

    @Override
    String httpVersion() {
        return "2";
    }

    @Override
    String rawPath() {
        var question = request.path().indexOf('?');
        return question < 0 ? request.path() : request.path().substring(0, question);
    }

    @Override
    String rawQuery() {
        var question = request.path().indexOf('?');
        return question < 0 ? "" : request.path().substring(question + 1);
    }

    @Override
    Headers headers() {
        return request.headers();
    }

    @Override
    Endpoint peer() {
        return session.peer();
    }

    @Override
    Endpoint local() {
        return session.local();
    }

    @Override
    public long contentLength() {
        return request.contentLength();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    @Nullable Problem requestFault() {
        return body.fault();
    }

    // The response

    @Override
    public void respond(int code, Headers sent, byte[] bytes) throws IOException {
        var fields = begin(code, sent, bytes.length);
        finished = true;
        if (bodyUnwanted || ResponseHeads.bodiless(code)) {
            stream.start(code, fields, true);
        } else {
            bytesOut = bytes.length;
            stream.respond(code, fields, bytes);
        }
    }

    @Override
    public void start(int code, Headers sent) throws IOException {
        var fields = begin(code, sent, -1);
        var bodiless = bodyUnwanted || ResponseHeads.bodiless(code);
        finished = bodiless;
        stream.start(code, fields, bodiless);
    }

    @Override
    public void write(byte[] piece) throws IOException {
        if (status == 0) {
            throw new IllegalStateException("there is no response to write to");
        }
        if (piece.length == 0 || bodyUnwanted || ResponseHeads.bodiless(status)) {
            return;
        }
        if (finished) {
            throw new IllegalStateException("the response has ended");
        }
        if (promised >= 0 && bytesOut + piece.length > promised) {
            throw new IllegalStateException("the body is longer than its content-length");
        }
        bytesOut += piece.length;
        stream.write(piece, 0, piece.length, false);
    }

    @Override
    public void finish() throws IOException {
        if (ends()) {
            stream.write(new byte[0], 0, 0, true);
        }
    }

    @Override
    public void finish(Headers trailers) throws IOException {
        ResponseHeads.check(200, trailers);
        TrailerFields.check(trailers);
        if (ends()) {
            stream.trailers(trailers);
        }
    }

    @Override
    public void earlyHint(Headers fields) throws IOException {
        if (status == 0) {
            ResponseHeads.check(200, fields);
            stream.inform(103, fields);
        }
    }

    /** Ends the body; whether the client must be told so. */
    private boolean ends() {
        if (finished) {
            return false;
        }
        if (status == 0) {
            throw new IllegalStateException("there is no response to end");
        }
        if (promised >= 0 && bytesOut < promised) {
            throw new IllegalStateException("the body is shorter than its content-length");
        }
        finished = true;
        return true;
    }

    /**
     * The fields to send.
     *
     * @param length the body's length, -1 when it is not known
     */
    private Headers begin(int code, Headers sent, long length) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        ResponseHeads.check(code, sent);
        var fields = new ArrayList<String>(2 * sent.size() + 10);
        var present = 0;
        for (var i = 0; i < sent.size(); i++) {
            var name = sent.name(i);
            var known = ResponseHeads.known(name);
            present |= known;
            if (known == 0 || keeps(known, code, sent.value(i), length)) {
                fields.add(name);
                fields.add(sent.value(i));
            }
        }
        if (length >= 0 && promised < 0 && tellsLength(code, present)) {
            add(fields, "content-length", Long.toString(length));
            promised = length;
        }
        ownFields(fields, present);
        status = code;
        return Headers.ofFlat(fields.toArray(String[]::new));
    }

    private boolean tellsLength(int code, int present) {
        return !ResponseHeads.bodiless(code)
                && !(bodyUnwanted && (present & ResponseHeads.CONTENT_LENGTH) != 0);
    }

    /** Whether a field that the host knows is sent as the app gave it. */
    private boolean keeps(int known, int code, String value, long length) {
        if ((known & ResponseHeads.HOP_BY_HOP) != 0) {
            return false;
        }
        if ((known & ResponseHeads.CONTENT_LENGTH) == 0) {
            return true;
        }
        if (code == 204) {
            return false;
        }
        if (bodyUnwanted || code == 304) {
            return true;
        }
        var told = length(value);
        if (length >= 0 ? told != length : promised >= 0 || told < 0) {
            return false;
        }
        promised = told;
        return true;
    }

    private static long length(String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private void ownFields(List<String> fields, int present) {
        if ((present & ResponseHeads.DATE) == 0) {
            add(fields, "date", session.date());
        }
        if ((present & ResponseHeads.SERVER) == 0) {
            add(fields, "server", ResponseHeads.SERVER_NAME);
        }
        if ((present & ResponseHeads.REQUEST_ID) == 0) {
            add(fields, RequestIds.HEADER, requestId());
        }
        var timing = serverTiming();
        if (timing != null) {
            add(fields, "server-timing", timing);
        }
    }

    private static void add(List<String> fields, String name, String value) {
        fields.add(name);
        fields.add(value);
    }

    @Override
    public boolean started() {
        return status != 0;
    }

    @Override
    public void onClientGone(Runnable action) {
        stream.onGone(() -> {
            // A client that has all it asked for may leave.
            if (!finished) {
                action.run();
            }
        });
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
        stream.reset(ErrorCode.INTERNAL_ERROR);
    }

    /** The stream speaks another protocol from now on. */
    void switched() {
        status = 200;
        finished = true;
    }
}
