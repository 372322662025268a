// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.host.server.Problem.Kind;
import dev.polyloom.host.server.http2.Http2Connection;
import dev.polyloom.host.server.http2.Http2Handler;
import dev.polyloom.host.server.http2.Http2Limits;
import dev.polyloom.host.server.http2.Http2Request;
import dev.polyloom.host.server.http2.Http2Stream;
import dev.polyloom.host.server.http2.Http2Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/2: what is between its streams and the dispatcher. Thread-safe but
 * for running it.
 */
final class Http2Session implements Http2Wire, Http2Handler {

    private static final System.Logger LOG = System.getLogger(Http2Session.class.getName());

    private final Http1Connection connection;
    private final Http1Setup setup;
    private final Http2Connection http2;

    Http2Session(Http1Connection connection, Http1Setup setup) {
        this.connection = connection;
        this.setup = setup;
        var limits = Http2Limits.DEFAULT.withHeaderBytesMax(setup.headerBytesMax());
        this.http2 = new Http2Connection(this, limits, this);
    }

    /** Whether a connection may be upgraded because of a request. */
    static boolean welcomes(Http1Head head) {
        return head.upgrade().filter("h2c"::equals).isPresent()
                && head.contentLength() == 0
                && head.headers().all("http2-settings").size() == 1;
    }

    /** Serves the connection to its end, from the client's preface on. */
    void run() {
        http2.run();
    }

    /** Serves one that was upgraded to its end. */
    void run(Http1Head head) throws RefusedException {
        var fields = new ArrayList<String>();
        var headers = head.headers();
        for (var i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if ((ResponseHeads.known(name) & ResponseHeads.HOP_BY_HOP) == 0
                    && !name.equals("http2-settings")) {
                fields.add(name);
                fields.add(headers.value(i));
            }
        }
        var path =
                head.rawQuery().isEmpty() ? head.rawPath() : head.rawPath() + '?' + head.rawQuery();
        http2.run(
                new Http2Request(
                        head.method(),
                        "http",
                        path,
                        Optional.empty(),
                        Headers.ofFlat(fields.toArray(String[]::new)),
                        0,
                        false),
                settings(headers));
    }

    private static byte[] settings(Headers headers) throws RefusedException {
        try {
            return Base64.getUrlDecoder().decode(headers.first("http2-settings").orElse(""));
        } catch (IllegalArgumentException _) {
            throw new RefusedException(Kind.MALFORMED_REQUEST, "the settings are not Base64");
        }
    }

    // Streams

    @Override
    public void serve(Http2Stream stream) {
        var exchange = new Http2Exchange(stream, this, setup.bodyBytesMax());
        var request = stream.request();
        var problem = problem(request);
        if (problem != null) {
            refuse(exchange, problem);
        } else if (request.protocol().isPresent()) {
            var transport = new Http2WebSocket(stream, exchange, this);
            new WebSocketConnection(transport, exchange, setup.webSockets()).run();
            transport.end();
        } else {
            setup.dispatcher().handle(exchange);
        }
    }

    private @Nullable Problem problem(Http2Request request) {
        if (request.tooLarge()) {
            return Problem.headersTooLarge(setup.headerBytesMax());
        }
        if (request.contentLength() > setup.bodyBytesMax()) {
            return Problem.bodyTooLarge(setup.bodyBytesMax());
        }
        if (!request.method().equals("CONNECT")) {
            return null;
        }
        if (request.protocol().filter("websocket"::equals).isEmpty()) {
            return Problem.of(
                    Kind.PROTOCOL_NOT_SUPPORTED, "the only protocol to connect with is websocket");
        }
        return request.headers().first("sec-websocket-version").filter("13"::equals).isEmpty()
                ? Problem.of(Kind.MALFORMED_REQUEST, "the version of WebSocket must be 13")
                : null;
    }

    private void refuse(Http2Exchange exchange, Problem problem) {
        var id = RequestIds.of(exchange.headers().first(RequestIds.HEADER).orElse(null));
        exchange.requestId(id);
        setup.dispatcher()
                .refused(
                        peer(), exchange.method(), exchange.rawPath(), problem.kind().status(), id);
        try {
            setup.dispatcher().problems().answer(exchange, problem);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a refused client went away", e);
        }
    }

    // For exchanges

    boolean secure() {
        return connection.secure();
    }

    Endpoint peer() {
        return connection.peer();
    }

    Endpoint local() {
        return connection.local();
    }

    String date() {
        return connection.date().value();
    }

    // The wire

    @Override
    public byte @Nullable [] read() throws IOException {
        var source = connection.source();
        var left = source.available();
        if (left == 0) {
            return source.pull();
        }
        var from = source.position();
        source.skip(left);
        return Arrays.copyOfRange(source.piece(), from, from + left);
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        connection.writeRaw(bytes, length);
    }

    @Override
    public void close() {
        connection.cut();
    }

    // For the monitor and the server library

    void look(long now) {
        http2.look(now);
    }

    void leave() {
        Thread.ofVirtual().name("polyloom-http2-end").start(http2::goAway);
    }

    void abort() {
        http2.abort();
    }

    long idleNanos() {
        return http2.idleNanos(System.nanoTime());
    }
}
