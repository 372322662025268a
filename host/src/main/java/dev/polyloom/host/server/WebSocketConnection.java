// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.host.server.WsFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection that asked to speak WebSocket. The guest decides whether it may before the handshake
 * is answered. One thread receives, any may send; frames are written under one lock.
 */
final class WebSocketConnection implements WebSocketExchange {

    private static final System.Logger LOG = System.getLogger(WebSocketConnection.class.getName());
    private static final int MESSAGE_BYTES_MAX = 2 << 20;
    private static final int COPIED_MAX = 32 << 10;
    private static final int KEY_BYTES = 16;
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Http1Connection connection;
    private final Http1Head request;
    private final Http1Setup setup;
    private final Http1Exchange handshake;
    private final WsFrames frames;
    private final ReentrantLock writing = new ReentrantLock();
    private final OutBuffer out = new OutBuffer();
    private volatile boolean accepted;
    private volatile boolean closeSent;
    private volatile Event.@Nullable Closed ended;

    WebSocketConnection(Http1Connection connection, Http1Head request, Http1Setup setup) {
        this.connection = connection;
        this.request = request;
        this.setup = setup;
        this.handshake = new Http1Exchange(connection, request, setup.bodyBytesMax());
        this.frames = new WsFrames(connection.source(), MESSAGE_BYTES_MAX);
    }

    /** Serves the connection to its end. */
    void run() throws IOException {
        var headers = request.headers();
        if (!headers.first("sec-websocket-version").filter("13"::equals).isPresent()) {
            connection.writeAnswer(
                    426,
                    Headers.ofFlat("sec-websocket-version", "13", "upgrade", "websocket"),
                    new byte[0]);
            return;
        }
        if (!request.method().equals("GET") || !validKey(headers)) {
            throw new RefusedException(
                    Problem.Kind.MALFORMED_REQUEST, "the WebSocket handshake is malformed");
        }
        setup.dispatcher().handle(handshake, this);
    }

    private static boolean validKey(Headers headers) {
        try {
            var keys = headers.all("sec-websocket-key");
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst()).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    // The handshake

    @Override
    public RequestHead head() {
        return handshake.head();
    }

    @Override
    public List<String> subprotocols() {
        var offered = new ArrayList<String>();
        for (var value : request.headers().all("sec-websocket-protocol")) {
            for (var one : value.split(",", -1)) {
                if (!one.isBlank()) {
                    offered.add(one.strip());
                }
            }
        }
        return offered;
    }

    @Override
    public void accept(Optional<String> subprotocol, Headers headers) throws IOException {
        ResponseHeads.check(200, headers);
        subprotocol.ifPresent(chosen ->
                ResponseHeads.check(200, Headers.ofFlat("sec-websocket-protocol", chosen)));
        writing.lock();
        try {
            if (accepted || handshake.started()) {
                throw new IllegalStateException("the handshake has been answered");
            }
            out.clear();
            out.put("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n");
            out.put("connection: Upgrade\r\nsec-websocket-accept: ");
            out.put(acceptance(request.headers().first("sec-websocket-key").orElseThrow()));
            out.putLineEnd().put(connection.date().line());
            out.put("x-request-id: ").put(handshake.requestId()).putLineEnd();
            subprotocol.ifPresent(
                    chosen -> out.put("sec-websocket-protocol: ").put(chosen).putLineEnd());
            for (var i = 0; i < headers.size(); i++) {
                if ((ResponseHeads.known(headers.name(i)) & ResponseHeads.HOP_BY_HOP) == 0) {
                    out.put(headers.name(i)).put(": ").put(headers.value(i)).putLineEnd();
                }
            }
            connection.write(out.putLineEnd());
            accepted = true;
            handshake.switched();
        } finally {
            writing.unlock();
        }
    }

    static String acceptance(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(
                            digest.digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    @Override
    public void deny(int status, Headers headers, byte[] body) throws IOException {
        handshake.respond(status, headers, body);
    }

    // Receiving

    @Override
    public Event receive() throws IOException {
        var closed = ended;
        if (closed != null) {
            return closed;
        }
        try {
            return message();
        } catch (WsFrameException e) {
            sendClose(e.code(), String.valueOf(e.getMessage()));
            return end(e.code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket broke", e);
            return end(WsFrames.NO_HANDSHAKE, "");
        }
    }

    private Event.Closed end(int code, String reason) {
        var closed = new Event.Closed(code, reason);
        ended = closed;
        return closed;
    }

    private Event message() throws IOException {
        var pieces = new ByteArrayOutputStream(0);
        var opcode = WsFrames.CONTINUATION;
        while (true) {
            var frame = frames.next(pieces.size());
            switch (frame.opcode()) {
                case WsFrames.PING -> send(WsFrames.PONG, frame.payload());
                case WsFrames.PONG -> {}
                case WsFrames.CLOSE -> {
                    return closed(frame);
                }
                case WsFrames.CONTINUATION -> {
                    if (opcode == WsFrames.CONTINUATION) {
                        throw new WsFrameException(
                                WsFrames.PROTOCOL_ERROR, "there is no message to continue");
                    }
                    pieces.writeBytes(frame.payload());
                    if (frame.last()) {
                        return whole(opcode, pieces.toByteArray());
                    }
                }
                default -> {
                    if (opcode != WsFrames.CONTINUATION) {
                        throw new WsFrameException(
                                WsFrames.PROTOCOL_ERROR, "a message begins within another");
                    }
                    if (frame.last()) {
                        return whole(frame.opcode(), frame.payload());
                    }
                    opcode = frame.opcode();
                    pieces.writeBytes(frame.payload());
                }
            }
        }
    }

    private static Event whole(int opcode, byte[] data) throws WsFrameException {
        return opcode == WsFrames.TEXT
                ? new Event.Text(WsFrames.text(data))
                : new Event.Binary(data);
    }

    private Event closed(Frame frame) throws IOException {
        var closing = WsFrames.closing(frame.payload());
        sendClose(closing.code(), closing.reason());
        return end(closing.code(), closing.reason());
    }

    // Sending

    @Override
    public void send(String text) throws IOException {
        send(WsFrames.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void send(byte[] data) throws IOException {
        send(WsFrames.BINARY, data);
    }

    private void send(int opcode, byte[] data) throws IOException {
        writing.lock();
        try {
            if (!accepted) {
                throw new IllegalStateException("the handshake has not been accepted");
            }
            if (closeSent) {
                return;
            }
            out.clear();
            out.put(WsFrames.head(opcode, data.length));
            if (data.length <= COPIED_MAX) {
                connection.write(out.put(data));
            } else {
                connection.write(out);
                connection.write(data);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close(int code, String reason) throws IOException {
        if (code != WsFrames.NO_CODE && !WsFrames.mayBeSent(code)) {
            throw new IllegalArgumentException("the close code " + code + " may not be sent");
        }
        if (!accepted) {
            deny(403, Headers.EMPTY, new byte[0]);
            return;
        }
        sendClose(code, reason);
    }

    private void sendClose(int code, String reason) throws IOException {
        writing.lock();
        try {
            if (accepted && !closeSent) {
                send(WsFrames.CLOSE, WsFrames.close(code, reason));
                closeSent = true;
                connection.linger();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Asks the client to leave; from any thread. */
    void goAway(int code, String reason) {
        try {
            sendClose(code, reason);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket broke", e);
        }
    }

    /** Ends a connection that the guest left without an end, then waits for the client's part. */
    void finish(int code, String reason) {
        if (!accepted) {
            return;
        }
        goAway(code, reason);
        while (ended == null) {
            try {
                var _ = receive();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a WebSocket broke", e);
                return;
            }
        }
    }

    boolean accepted() {
        return accepted;
    }
}
