// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.host.server.Problem.Kind;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1 connection, on one virtual thread from its first byte to its last. The server library
 * brings the socket; what HTTP/1 is on it stands here, because guests must see requests, and
 * clients responses, exactly as they were sent, and because this is the path that must be short.
 *
 * <p>Other threads may ask {@link #phase()}, {@link #close} it, and watch for the client to go.
 */
final class Http1Connection implements ServerConnection {

    private static final System.Logger LOG = System.getLogger(Http1Connection.class.getName());
    private static final long DISCARDED_MAX = 256 << 10;
    private static final long LINGER_MAX = 16L << 20;
    private static final int SLICE_BYTES = 64 << 10;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] HTTP2_START = Latin.bytes("PRI ");
    private static final byte[] SWITCHING =
            Latin.bytes(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n");

    private final ConnectionContext context;
    private final Http1Setup setup;
    private final ByteSource source;
    private final OutBuffer out = new OutBuffer();
    private final Endpoint peer;
    private final Endpoint local;

    private volatile Phase phase = Phase.IDLE;
    private volatile long phaseSinceNanos = System.nanoTime();
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private final AtomicReference<@Nullable Runnable> clientGone = new AtomicReference<>();
    private volatile boolean clientLeft;
    private volatile @Nullable WebSocketConnection webSocket;
    private volatile @Nullable Http2Session http2;
    private volatile @Nullable Http1Exchange exchange;

    /** What a connection is at. */
    enum Phase {
        /** Nothing of the next request has come. */
        IDLE,
        /** A head is being read. */
        HEAD,
        /** A request is being served, by the guest's time. */
        SERVING,
        /** The socket does not take what is written. */
        WRITING,
        /** The rest of a body is read without use, so that the client gets the answer. */
        LINGERING,
        /** What follows a malformed head is read without use, likewise. */
        REFUSED,
        /** It speaks WebSocket. */
        WEB_SOCKET,
        /** It speaks HTTP/2. */
        HTTP2
    }

    Http1Connection(ConnectionContext context, Http1Setup setup) {
        this.context = context;
        this.setup = setup;
        var reader = context.dataReader();
        var first = reader.available();
        this.source =
                new ByteSource(
                        () -> context.serverSocket().get(),
                        first == 0 ? NOTHING : reader.readBytes(first));
        this.peer = Endpoints.of(context.remotePeer().address());
        this.local = Endpoints.of(context.localPeer().address());
    }

    @Override
    public void handle(Limit limit) {
        thread = Thread.currentThread();
        setup.monitor().add(this);
        try {
            if (beginsAsHttp2()) {
                http2(null);
                return;
            }
            while (!stopping && next()) {
                enter(Phase.IDLE);
            }
        } catch (RefusedException e) {
            refuse(e.problem(), null);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection broke", e);
        } finally {
            setup.monitor().remove(this);
            thread = null;
        }
    }

    @Override
    @SuppressWarnings("removal") // the interface still asks for it
    public void handle(Semaphore requests) {
        throw new UnsupportedOperationException("superseded by handle(Limit)");
    }

    /** Serves the next request; false when there is none or the connection cannot go on. */
    private boolean next() throws IOException {
        if (!source.ensure()) {
            return false;
        }
        enter(Phase.HEAD);
        var head = readHead();
        if (head == null) {
            return false;
        }
        if (!secure() && Http2Session.welcomes(head)) {
            http2(head);
            return false;
        }
        enter(Phase.SERVING);
        if (head.contentLength() > setup.bodyBytesMax()) {
            refuse(Problem.bodyTooLarge(setup.bodyBytesMax()), head);
            return false;
        }
        if (head.upgrade().filter("websocket"::equals).isPresent()) {
            webSocket(head);
            return false;
        }
        var request = new Http1Exchange(this, head, setup.bodyBytesMax());
        exchange = request;
        try {
            setup.dispatcher().handle(request);
        } finally {
            clientGone.set(null);
        }
        return settle(request);
    }

    /** Whether the first bytes are those of HTTP/2; no method of HTTP/1 begins like it. */
    private boolean beginsAsHttp2() throws IOException {
        if (!source.ensure()) {
            return false;
        }
        if (agreedOnHttp2()) {
            return true;
        }
        var bytes = source.piece();
        for (var i = 0; i < HTTP2_START.length; i++) {
            if (i == bytes.length) {
                var more = source.pull();
                if (more == null) {
                    return false;
                }
                bytes = Arrays.copyOf(bytes, i + more.length);
                System.arraycopy(more, 0, bytes, i, more.length);
                source.replace(bytes, 0);
            }
            if (bytes[i] != HTTP2_START[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean agreedOnHttp2() {
        var socket = context.serverSocket();
        return socket.protocolNegotiated() && socket.protocol().equals("h2");
    }

    /**
     * Speaks HTTP/2 from now on.
     *
     * @param upgraded the request that asked for it, null when the client began with it
     */
    private void http2(@Nullable Http1Head upgraded) throws IOException {
        var session = new Http2Session(this, setup);
        http2 = session;
        enter(Phase.HTTP2);
        setup.monitor().add(session);
        try {
            if (stopping) {
                session.leave();
            }
            if (upgraded == null) {
                session.run();
            } else {
                writeRaw(SWITCHING, SWITCHING.length);
                session.run(upgraded);
            }
        } finally {
            setup.monitor().remove(session);
        }
    }

    private void webSocket(Http1Head head) throws IOException {
        var handshake = new Http1Exchange(this, head, setup.bodyBytesMax());
        var transport = new Http1WebSocket(this, handshake);
        if (transport.invited()) {
            var socket = new WebSocketConnection(transport, handshake, setup.webSockets());
            webSocket = socket;
            socket.run();
        }
    }

    /** Brings the connection to the start of the next request, if it can have one. */
    private boolean settle(Http1Exchange request) throws IOException {
        var body = request.http1Body();
        if (body.ended()) {
            return request.reusable();
        }
        enter(Phase.LINGERING);
        if (request.reusable()) {
            return body.discard(DISCARDED_MAX);
        }
        if (request.started() && (body.touched() || !expectsContinue(request))) {
            var _ = body.discard(LINGER_MAX);
        }
        return false;
    }

    private static boolean expectsContinue(Http1Exchange request) {
        return request.headers().first("expect").isPresent();
    }

    /** The head of the next request; null when the client ends before its first line. */
    private @Nullable Http1Head readHead() throws IOException {
        skipEmptyLine();
        if (!source.ensure()) {
            return null;
        }
        var bytes = source.piece();
        var start = source.position();
        var end = Http1Parser.end(bytes, start, bytes.length);
        while (end < 0) {
            var size = bytes.length - start;
            if (size > setup.headerBytesMax()) {
                throw new RefusedException(Problem.headersTooLarge(setup.headerBytesMax()));
            }
            if (bareLineEnd(bytes, start)) {
                throw new RefusedException(
                        Kind.MALFORMED_REQUEST, "a line does not end with CR LF");
            }
            var more = source.pull();
            if (more == null) {
                throw new IOException("the client ended the connection within a head");
            }
            var joined = new byte[size + more.length];
            System.arraycopy(bytes, start, joined, 0, size);
            System.arraycopy(more, 0, joined, size, more.length);
            bytes = joined;
            start = 0;
            source.replace(bytes, 0);
            end = Http1Parser.end(bytes, Math.max(0, size - 3), bytes.length);
        }
        if (end - start > setup.headerBytesMax()) {
            throw new RefusedException(Problem.headersTooLarge(setup.headerBytesMax()));
        }
        if (!Http1Parser.resemblesHttp(bytes, start, end)) {
            // Whoever it is, it does not wait for an answer in HTTP.
            throw new IOException("the client does not speak HTTP");
        }
        var head = Http1Parser.parse(bytes, start, end);
        source.skip(end - start);
        return head;
    }

    /** Lines that end with LF alone would keep a head from ever ending. */
    private static boolean bareLineEnd(byte[] bytes, int start) {
        for (var i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n' && (i == start || bytes[i - 1] != '\r')) {
                return true;
            }
        }
        return false;
    }

    /** Some clients send a line end too many after a body. */
    private void skipEmptyLine() throws IOException {
        if (source.piece()[source.position()] != '\r') {
            return;
        }
        source.skip(1);
        if (!source.ensure() || source.piece()[source.position()] != '\n') {
            throw new RefusedException(Kind.MALFORMED_REQUEST, "a CR without LF");
        }
        source.skip(1);
    }

    /**
     * Tells the client why its bytes are refused. The connection ends after it.
     *
     * @param head the request's, null when the bytes did not make one
     */
    private void refuse(Problem problem, @Nullable Http1Head head) {
        var given = head == null ? null : head.headers().first(RequestIds.HEADER).orElse(null);
        var id = RequestIds.of(given);
        var method = head == null ? "-" : head.method();
        var path = head == null ? "-" : head.rawPath();
        var answer = setup.dispatcher().problems().json(problem, head == null ? "" : path, id);
        setup.dispatcher().refused(peer, method, path, answer.status(), id);
        try {
            writeAnswer(answer.status(), answer.headers(), answer.body());
            enter(Phase.REFUSED);
            for (var rest = LINGER_MAX; rest > 0; ) {
                var more = source.pull();
                if (more == null) {
                    return;
                }
                rest -= more.length;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a refused client went away", e);
        }
    }

    /** Writes a whole answer after which the connection ends. */
    void writeAnswer(int status, Headers headers, byte[] body) throws IOException {
        out.clear();
        out.put("HTTP/1.1 ").putDecimal(status).put(' ').put(ReasonPhrases.of(status));
        out.putLineEnd();
        for (var i = 0; i < headers.size(); i++) {
            out.put(headers.name(i)).put(": ").put(headers.value(i)).putLineEnd();
        }
        out.put(date().line()).put("content-length: ").putDecimal(body.length).putLineEnd();
        out.put("connection: close").putLineEnd().putLineEnd();
        write(out.put(body));
    }

    // For the exchange

    ByteSource source() {
        return source;
    }

    OutBuffer out() {
        return out;
    }

    DateField date() {
        return setup.date();
    }

    Endpoint peer() {
        return peer;
    }

    Endpoint local() {
        return local;
    }

    boolean secure() {
        return context.isSecure();
    }

    /** Whether further requests are welcome. */
    boolean open() {
        return !stopping;
    }

    void write(OutBuffer buffer) throws IOException {
        write(BufferData.create(buffer.bytes(), 0, buffer.size()));
    }

    /** In slices, because a slow client has its time for each of them. */
    void write(byte[] bytes) throws IOException {
        if (bytes.length <= SLICE_BYTES) {
            write(BufferData.create(bytes, 0, bytes.length));
            return;
        }
        for (var from = 0; from < bytes.length; from += SLICE_BYTES) {
            var slice = Arrays.copyOfRange(bytes, from, Math.min(from + SLICE_BYTES, bytes.length));
            write(BufferData.create(slice, 0, slice.length));
        }
    }

    /** Writes past the phases, which are those of HTTP/1. */
    void writeRaw(byte[] bytes, int length) throws IOException {
        try {
            context.dataWriter().writeNow(BufferData.create(bytes, 0, length));
        } catch (RuntimeException e) {
            throw new IOException("the client has gone away", e);
        }
    }

    private void write(BufferData data) throws IOException {
        var before = phase;
        enter(Phase.WRITING);
        try {
            context.dataWriter().writeNow(data);
        } catch (RuntimeException e) {
            throw new IOException("the client has gone away", e);
        } finally {
            enter(before);
        }
    }

    void onClientGone(Runnable action) {
        clientGone.set(action);
        if (clientLeft) {
            tellClientGone();
        }
    }

    private void tellClientGone() {
        var action = clientGone.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    /** From now on frames of WebSocket are read and written. */
    void enterWebSocket() {
        enter(Phase.WEB_SOCKET);
    }

    /** Ends the connection from any thread. */
    void cut() {
        closeSocket();
    }

    /** The client has a short while to end its side. */
    void linger() {
        enter(Phase.LINGERING);
    }

    // For the monitor

    Phase phase() {
        return phase;
    }

    long phaseSinceNanos() {
        return phaseSinceNanos;
    }

    /** Since when the client is waited for to send more of its request, 0 when it is not. */
    long waitingSinceNanos() {
        return source.waitingSinceNanos();
    }

    /** Whether a body comes too slowly for an app that has not begun to answer. */
    boolean slowBody(long nowNanos, long graceNanos, long bytesPerSecond) {
        var request = exchange;
        return request != null
                && !request.started()
                && request.http1Body().slow(nowNanos, graceNanos, bytesPerSecond);
    }

    /** Whether someone wants to know that the client goes. */
    boolean watched() {
        return clientGone.get() != null;
    }

    /** Waits for the client to send more or to go, and tells whoever wants to know. Blocks. */
    void watchClient() {
        if (source.awaitEnd()) {
            clientLeft = true;
            tellClientGone();
        }
    }

    /** Ends a connection whose client is too slow. */
    void expire() {
        var reading = thread;
        if (phase == Phase.HEAD && reading != null) {
            try {
                var problem = Problem.of(Kind.REQUEST_TIMEOUT, "the request took too long to come");
                var answer = setup.dispatcher().problems().json(problem, "", RequestIds.of(null));
                writeExpired(answer);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a slow client went away", e);
            }
        }
        closeSocket();
    }

    /** From the monitor's thread, while the connection's own waits for bytes. */
    private void writeExpired(Problems.Answer answer) throws IOException {
        var text = new OutBuffer();
        text.put("HTTP/1.1 408 Request Timeout").putLineEnd();
        text.put("content-type: application/problem+json").putLineEnd();
        text.put("content-length: ").putDecimal(answer.body().length).putLineEnd();
        text.put("connection: close").putLineEnd().putLineEnd().put(answer.body());
        writeRaw(text.bytes(), text.size());
    }

    private void closeSocket() {
        try {
            context.serverSocket().close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close a socket", e);
        }
    }

    private void enter(Phase next) {
        phase = next;
        phaseSinceNanos = System.nanoTime();
    }

    // For the server library

    @Override
    public Duration idleTime() {
        return phase == Phase.IDLE
                ? Duration.ofNanos(System.nanoTime() - phaseSinceNanos)
                : Duration.ZERO;
    }

    /** Stops taking requests; one that runs may end unless it is to be interrupted. */
    @Override
    public void close(boolean interrupt) {
        stopping = true;
        var session = http2;
        if (session != null) {
            if (interrupt) {
                session.abort();
            } else {
                session.leave();
            }
            return;
        }
        var socket = webSocket;
        if (socket != null && !interrupt) {
            socket.goAway(1001, "the host is stopping");
            return;
        }
        var running = thread;
        if (running != null && (interrupt || phase == Phase.IDLE)) {
            running.interrupt();
        }
    }

    @Override
    public String toString() {
        return peer.host() + ":" + peer.port() + " " + phase.name().toLowerCase(Locale.ROOT);
    }
}
