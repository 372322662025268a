// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.bridge.TrailerFields;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/1 connection. */
final class Http1Exchange extends HostExchange {

    private static final byte[] OK = Latin.bytes("HTTP/1.1 200 OK\r\n");
    private static final byte[] SERVER =
            Latin.bytes("server: " + ResponseHeads.SERVER_NAME + "\r\n");
    private static final byte[] CLOSE = Latin.bytes("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Latin.bytes("connection: keep-alive\r\n");
    private static final byte[] CHUNKED = Latin.bytes("transfer-encoding: chunked\r\n");
    private static final byte[] LAST_CHUNK = Latin.bytes("0\r\n\r\n");
    private static final byte[] LAST_CHUNK_SIZE = Latin.bytes("0\r\n");
    private static final byte[] EARLY_HINTS = Latin.bytes("HTTP/1.1 103 Early Hints\r\n");
    private static final byte[] CONTINUE = Latin.bytes("HTTP/1.1 100 Continue\r\n\r\n");
    private static final int COPIED_MAX = 32 << 10;

    private final Http1Connection connection;
    private final Http1Head head;
    private final Http1Body body;
    private boolean chunked;
    private boolean reusable;
    private int reasonStatus;
    private String reason = "";

    /** A body's reader and the response's writer both may speak first; only one does. */
    private final ReentrantLock interim = new ReentrantLock();

    private boolean continued;
    private boolean answering;

    Http1Exchange(Http1Connection connection, Http1Head head, long bodyBytesMax) {
        super(head.method());
        this.connection = connection;
        this.head = head;
        this.body =
                new Http1Body(
                        connection.source(),
                        head.contentLength(),
                        bodyBytesMax,
                        this::continueIfExpected);
    }

    // The request

    @Override
    String method() {
        return head.method();
    }

    @Override
    String scheme() {
        return connection.secure() ? "https" : "http";
    }

    @Override
    String httpVersion() {
        return head.minor() == 0 ? "1.0" : "1.1";
    }

    @Override
    String rawPath() {
        return head.rawPath();
    }

    @Override
    String rawQuery() {
        return head.rawQuery();
    }

    @Override
    Headers headers() {
        return head.headers();
    }

    @Override
    Endpoint peer() {
        return connection.peer();
    }

    @Override
    Endpoint local() {
        return connection.local();
    }

    @Override
    public long contentLength() {
        return head.contentLength();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    @Nullable Problem requestFault() {
        return body.fault();
    }

    Http1Body http1Body() {
        return body;
    }

    private void continueIfExpected() throws IOException {
        if (!head.expectsContinue()) {
            return;
        }
        interim.lock();
        try {
            if (!continued && !answering) {
                continued = true;
                connection.write(CONTINUE);
            }
        } finally {
            interim.unlock();
        }
    }

    @Override
    public void earlyHint(Headers fields) throws IOException {
        if (response.started() || head.minor() == 0) {
            return;
        }
        ResponseHeads.check(200, fields);
        var out = new OutBuffer().put(EARLY_HINTS);
        fields(out, fields);
        interim.lock();
        try {
            connection.write(out.putLineEnd());
        } finally {
            interim.unlock();
        }
    }

    private static void fields(OutBuffer out, Headers fields) {
        for (var i = 0; i < fields.size(); i++) {
            out.put(fields.name(i)).put(':').put(' ').put(fields.value(i)).putLineEnd();
        }
    }

    // The response

    @Override
    public void respond(int code, Headers sent, byte[] bytes) throws IOException {
        begin(code, sent, bytes.length);
        var out = connection.out();
        response.end();
        if (response.bodiless(code)) {
            connection.write(out);
            return;
        }
        response.whole(bytes.length);
        if (bytes.length <= COPIED_MAX) {
            connection.write(out.put(bytes));
        } else {
            connection.write(out);
            connection.write(bytes);
        }
    }

    @Override
    public void start(int code, Headers sent) throws IOException {
        begin(code, sent, -1);
        connection.write(connection.out());
    }

    @Override
    public void write(byte[] piece) throws IOException {
        if (!response.unfinished()) {
            throw new IllegalStateException("there is no response to write to");
        }
        if (!response.takes(piece.length)) {
            return;
        }
        if (!chunked) {
            connection.write(piece);
            return;
        }
        var out = connection.out();
        out.clear();
        out.putHex(piece.length).putLineEnd();
        if (piece.length <= COPIED_MAX) {
            connection.write(out.put(piece).putLineEnd());
        } else {
            connection.write(out);
            connection.write(piece);
            out.clear();
            connection.write(out.putLineEnd());
        }
    }

    @Override
    public void finish() throws IOException {
        if (ends()) {
            connection.write(LAST_CHUNK);
        }
    }

    @Override
    public void finish(Headers trailers) throws IOException {
        ResponseHeads.check(200, trailers);
        TrailerFields.check(trailers);
        if (!takesTrailers()) {
            finish();
        } else if (ends()) {
            var out = connection.out();
            out.clear();
            fields(out.put(LAST_CHUNK_SIZE), trailers);
            connection.write(out.putLineEnd());
        }
    }

    private boolean takesTrailers() {
        return head.headers().all("te").stream()
                .anyMatch(te -> te.toLowerCase(Locale.ROOT).contains("trailers"));
    }

    /** Ends the body; whether the client must be told so. */
    private boolean ends() {
        return response.ends() && chunked && !response.bodiless(response.status());
    }

    /**
     * Puts the head into the connection's buffer.
     *
     * @param length the body's length, -1 when it is not known
     */
    private void begin(int code, Headers sent, long length) {
        response.check(code, sent);
        if (head.expectsContinue()) {
            answerNow();
        }
        var out = connection.out();
        out.clear();
        statusLine(out, code);
        var present = 0;
        for (var i = 0; i < sent.size(); i++) {
            var name = sent.name(i);
            var known = ResponseHeads.known(name);
            present |= known;
            if (known == 0 || response.keeps(known, code, sent.value(i), length)) {
                out.put(name).put(':').put(' ').put(sent.value(i)).putLineEnd();
            }
        }
        ownFields(out, code, sent, present, length);
        out.putLineEnd();
        response.begun(code);
    }

    private void answerNow() {
        interim.lock();
        try {
            answering = true;
        } finally {
            interim.unlock();
        }
    }

    @Override
    public void reason(int code, String phrase) {
        ResponseHeads.checkReason(phrase);
        reasonStatus = code;
        reason = phrase;
    }

    private void statusLine(OutBuffer out, int code) {
        if (code == reasonStatus) {
            out.put("HTTP/1.1 ").putDecimal(code).put(' ').put(reason).putLineEnd();
        } else if (code == 200) {
            out.put(OK);
        } else {
            out.put("HTTP/1.1 ").putDecimal(code).put(' ').put(ReasonPhrases.of(code)).putLineEnd();
        }
    }

    private void ownFields(OutBuffer out, int code, Headers sent, int present, long length) {
        if ((present & ResponseHeads.DATE) == 0) {
            out.put(connection.date().line());
        }
        if ((present & ResponseHeads.SERVER) == 0) {
            out.put(SERVER);
        }
        if ((present & ResponseHeads.REQUEST_ID) == 0) {
            out.put("x-request-id: ").put(requestId()).putLineEnd();
        }
        var timing = serverTiming();
        if (timing != null) {
            out.put("server-timing: ").put(timing).putLineEnd();
        }
        var rates = rates();
        if (rates != null) {
            out.put("ratelimit-policy: ").put(rates.policy()).putLineEnd();
            out.put("ratelimit: ").put(rates.state()).putLineEnd();
        }
        var framed = framing(out, code, present, length);
        reusable =
                framed
                        && head.keepAlive()
                        && connection.open()
                        && !closes(sent, present)
                        && !(head.expectsContinue() && !continued && !body.ended());
        if (!reusable) {
            out.put(CLOSE);
        } else if (head.minor() == 0) {
            out.put(KEEP_ALIVE);
        }
    }

    /**
     * Says how the client finds the end of the body.
     *
     * @return false when only the end of the connection tells it
     */
    private boolean framing(OutBuffer out, int code, int present, long length) {
        if (code == 204 || code == 304) {
            return true;
        }
        if (response.bodyUnwanted()) {
            if ((present & ResponseHeads.CONTENT_LENGTH) == 0 && length >= 0) {
                out.put("content-length: ").putDecimal(length).putLineEnd();
            }
            return true;
        }
        if (response.promised()) {
            return true;
        }
        if (length >= 0) {
            out.put("content-length: ").putDecimal(length).putLineEnd();
            response.promise(length);
            return true;
        }
        if (head.minor() == 0) {
            return false;
        }
        out.put(CHUNKED);
        chunked = true;
        return true;
    }

    private static boolean closes(Headers sent, int present) {
        return (present & ResponseHeads.HOP_BY_HOP) != 0
                && sent.first("connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    @Override
    public void onClientGone(Runnable action) {
        connection.onClientGone(response.unlessFinished(action));
    }

    @Override
    void abort() {
        reusable = false;
        response.end();
    }

    /** The connection speaks another protocol from now on. */
    void switched() {
        response.begun(101);
        response.end();
    }

    /** Whether the connection can take another request after this one. */
    boolean reusable() {
        return reusable && response.finished();
    }
}
