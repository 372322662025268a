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
    private final boolean bodyUnwanted;
    private volatile int status;
    private boolean chunked;
    private long promised = -1;
    private long bytesOut;
    private volatile boolean finished;
    private boolean reusable;

    /** A body's reader and the response's writer both may speak first; only one does. */
    private final ReentrantLock interim = new ReentrantLock();

    private boolean continued;
    private boolean answering;

    Http1Exchange(Http1Connection connection, Http1Head head, long bodyBytesMax) {
        this.connection = connection;
        this.head = head;
        this.bodyUnwanted = head.method().equals("HEAD");
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
        if (status != 0 || head.minor() == 0) {
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
        var bodiless = bodyUnwanted || ResponseHeads.bodiless(code);
        var out = connection.out();
        finished = true;
        if (bodiless) {
            connection.write(out);
            return;
        }
        bytesOut = bytes.length;
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
        if (status == 0 || finished) {
            throw new IllegalStateException("there is no response to write to");
        }
        if (piece.length == 0 || bodyUnwanted || ResponseHeads.bodiless(status)) {
            return;
        }
        if (promised >= 0 && bytesOut + piece.length > promised) {
            throw new IllegalStateException("the body is longer than its content-length");
        }
        bytesOut += piece.length;
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
        if (finished) {
            return false;
        }
        if (status == 0) {
            throw new IllegalStateException("there is no response to end");
        }
        finished = true;
        var bodiless = bodyUnwanted || ResponseHeads.bodiless(status);
        if (!bodiless && promised >= 0 && bytesOut < promised) {
            reusable = false;
            finished = false;
            throw new IllegalStateException("the body is shorter than its content-length");
        }
        return chunked && !bodiless;
    }

    /**
     * Puts the head into the connection's buffer.
     *
     * @param length the body's length, -1 when it is not known
     */
    private void begin(int code, Headers sent, long length) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        ResponseHeads.check(code, sent);
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
            if (known == 0 || keeps(known, code, sent.value(i), length)) {
                out.put(name).put(':').put(' ').put(sent.value(i)).putLineEnd();
            }
        }
        ownFields(out, code, sent, present, length);
        out.putLineEnd();
        status = code;
    }

    private void answerNow() {
        interim.lock();
        try {
            answering = true;
        } finally {
            interim.unlock();
        }
    }

    private static void statusLine(OutBuffer out, int code) {
        if (code == 200) {
            out.put(OK);
        } else {
            out.put("HTTP/1.1 ").putDecimal(code).put(' ').put(ReasonPhrases.of(code)).putLineEnd();
        }
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
        if (bodyUnwanted) {
            if ((present & ResponseHeads.CONTENT_LENGTH) == 0 && length >= 0) {
                out.put("content-length: ").putDecimal(length).putLineEnd();
            }
            return true;
        }
        if (promised >= 0) {
            return true;
        }
        if (length >= 0) {
            out.put("content-length: ").putDecimal(length).putLineEnd();
            promised = length;
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
    public boolean started() {
        return status != 0;
    }

    @Override
    public void onClientGone(Runnable action) {
        connection.onClientGone(() -> {
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
        reusable = false;
        finished = true;
    }

    /** The connection speaks another protocol from now on. */
    void switched() {
        status = 101;
        finished = true;
    }

    /** Whether the connection can take another request after this one. */
    boolean reusable() {
        return reusable && finished;
    }
}
