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

    Http2Exchange(Http2Stream stream, Http2Session session, long bodyBytesMax) {
        super(stream.request().method());
        this.stream = stream;
        this.request = stream.request();
        this.session = session;
        this.body = new Http2Body(stream, bodyBytesMax, response::started);
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
        response.end();
        if (response.bodiless(code)) {
            stream.start(code, fields, true);
        } else {
            response.whole(bytes.length);
            stream.respond(code, fields, bytes);
        }
    }

    @Override
    public void start(int code, Headers sent) throws IOException {
        var fields = begin(code, sent, -1);
        var bodiless = response.bodiless(code);
        if (bodiless) {
            response.end();
        }
        stream.start(code, fields, bodiless);
    }

    @Override
    public void write(byte[] piece) throws IOException {
        if (response.takes(piece.length)) {
            stream.write(piece, 0, piece.length, false);
        }
    }

    @Override
    public void finish() throws IOException {
        if (response.ends()) {
            stream.write(new byte[0], 0, 0, true);
        }
    }

    @Override
    public void finish(Headers trailers) throws IOException {
        ResponseHeads.check(200, trailers);
        TrailerFields.check(trailers);
        if (response.ends()) {
            stream.trailers(trailers);
        }
    }

    @Override
    public void earlyHint(Headers fields) throws IOException {
        if (!response.started()) {
            ResponseHeads.check(200, fields);
            stream.inform(103, fields);
        }
    }

    /**
     * The fields to send.
     *
     * @param length the body's length, -1 when it is not known
     */
    private Headers begin(int code, Headers sent, long length) {
        response.check(code, sent);
        var fields = new ArrayList<String>(2 * sent.size() + 10);
        var present = 0;
        for (var i = 0; i < sent.size(); i++) {
            var name = sent.name(i);
            var known = ResponseHeads.known(name);
            present |= known;
            if (known == 0 || response.keeps(known, code, sent.value(i), length)) {
                fields.add(name);
                fields.add(sent.value(i));
            }
        }
        if (length >= 0 && !response.promised() && tellsLength(code, present)) {
            add(fields, "content-length", Long.toString(length));
            response.promise(length);
        }
        ownFields(fields, present);
        response.begun(code);
        return Headers.ofFlat(fields.toArray(String[]::new));
    }

    private boolean tellsLength(int code, int present) {
        return !ResponseHeads.bodiless(code)
                && !(response.bodyUnwanted() && (present & ResponseHeads.CONTENT_LENGTH) != 0);
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
        var rates = rates();
        if (rates != null) {
            add(fields, "ratelimit-policy", rates.policy());
            add(fields, "ratelimit", rates.state());
        }
    }

    private static void add(List<String> fields, String name, String value) {
        fields.add(name);
        fields.add(value);
    }

    @Override
    public void onClientGone(Runnable action) {
        stream.onGone(response.unlessFinished(action));
    }

    @Override
    void abort() {
        response.end();
        stream.reset(ErrorCode.INTERNAL_ERROR);
    }

    /** The stream speaks another protocol from now on. */
    void switched() {
        response.begun(200);
        response.end();
    }
}
