// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.ClientGone;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.WebSocketExchange.Event;
import dev.polyloom.bridge.WebSocketKeys;
import dev.polyloom.bridge.proxy.UpstreamFrames.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection. Messages are carried whole in both directions, so that each side may
 * have its own version of HTTP and its own extensions; the server decides about the handshake.
 */
final class SocketRelay extends Relay {

    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int DENIAL_BYTES_MAX = 1 << 20;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final int KEY_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Fields of the handshake that each side has for itself. */
    private static final Set<String> HANDSHAKE =
            Set.of("sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions");

    private static final Set<String> ACCEPTANCE =
            Set.of("sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-protocol");

    private final WebSocketExchange socket;
    private final Upstream upstream;
    private final UpstreamFrames frames;
    private final @Nullable String knownKey;
    private final BooleanSupplier mayBreakOff;
    private boolean accepted;
    private volatile long deadlineNanos = Long.MAX_VALUE;

    /** One to a server that knows nothing of it yet. */
    SocketRelay(WebSocketExchange socket, Upstream upstream) {
        this(socket, upstream, null, () -> false);
    }

    /**
     * One to an application.
     *
     * @param knownKey the key of the handshake when the application knows that already
     * @param mayBreakOff whether the application may end the connection without a goodbye
     */
    SocketRelay(
            WebSocketExchange socket,
            Upstream upstream,
            @Nullable String knownKey,
            BooleanSupplier mayBreakOff) {
        this.socket = socket;
        this.upstream = upstream;
        this.knownKey = knownKey;
        this.mayBreakOff = mayBreakOff;
        this.frames = new UpstreamFrames(upstream, MESSAGE_BYTES_MAX);
    }

    @Override
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** The client has left, and the server does not say goodbye. */
    @Override
    void overdue(Duration timeout) {
        end(new Completed());
    }

    @Override
    InputOutcome run() throws InterruptedException {
        use(upstream);
        try (upstream) {
            if (handshake()) {
                carry();
            }
            return outcome(new Completed());
        } catch (BadGatewayException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            refuse(e);
            return outcome(failed(e));
        } catch (IOException _) {
            return outcome(new ClientGone());
        }
    }

    // The handshake

    /** Repeats the client's handshake to the server, and the server's answer to the client. */
    private boolean handshake() throws IOException {
        String key = knownKey == null ? ask() : knownKey;
        UpstreamResponse response = UpstreamResponse.read(upstream, "GET");
        if (response.status() != 101) {
            deny(response);
            return false;
        }
        Optional<String> proof = response.headers().first("sec-websocket-accept");
        if (proof.filter(WebSocketKeys.acceptance(key)::equals).isEmpty()) {
            throw new BadGatewayException("the server's WebSocket handshake is malformed");
        }
        accepted = true;
        socket.accept(
                response.headers().first("sec-websocket-protocol"),
                ProxyFields.endToEnd(response.headers(), ACCEPTANCE));
        return true;
    }

    /** Sends the handshake, and returns its key. */
    private String ask() throws BadGatewayException {
        String key = key();
        StringBuilder head = ProxyFields.webSocket(socket.head(), HANDSHAKE);
        ProxyFields.field(head, "sec-websocket-key", key);
        head.append("\r\n");
        upstream.write(head.toString());
        return key;
    }

    /** A new key for a handshake. */
    static String key() {
        byte[] bytes = new byte[KEY_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void deny(UpstreamResponse response) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        UpstreamBody body = new UpstreamBody(upstream, response.framing());
        byte[] buffer = new byte[8 << 10];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            bytes.write(buffer, 0, count);
            if (bytes.size() > DENIAL_BYTES_MAX) {
                throw new BadGatewayException("the server's refusal is too long");
            }
        }
        Headers headers = ProxyFields.endToEnd(response.headers(), Set.of("content-length"));
        socket.deny(response.status(), headers, bytes.toByteArray());
    }

    /** Answers the handshake in the server's place, if it is not too late. */
    private void refuse(BadGatewayException e) {
        if (accepted || ended()) {
            return;
        }
        try {
            socket.deny(
                    502,
                    Headers.ofFlat("content-type", "text/plain; charset=utf-8"),
                    ("Bad gateway: " + e.getMessage() + ".\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            end(new ClientGone());
        }
    }

    // The messages

    private void carry() throws IOException, InterruptedException {
        Thread receiver = Thread.ofVirtual().name("polyloom-socket").start(this::fromClient);
        try {
            fromServer();
        } finally {
            receiver.join();
        }
    }

    /** Passes on what the server sends, until it has said goodbye. */
    private void fromServer() throws IOException {
        try {
            while (true) {
                switch (frames.receive()) {
                    case Message.Text(String text) -> socket.send(text);
                    case Message.Binary(byte[] data) -> socket.send(data);
                    case Message.Closed(int code, String reason) -> {
                        answerClose(code, reason);
                        return;
                    }
                }
            }
        } catch (TooBigException e) {
            socket.close(UpstreamFrames.TOO_BIG, String.valueOf(e.getMessage()));
            end(failed(e));
        } catch (BadGatewayException e) {
            if (mayBreakOff.getAsBoolean()) {
                socket.close(UpstreamFrames.NORMAL, "");
                return;
            }
            socket.close(UpstreamFrames.SERVER_ERROR, "the server broke the connection");
            throw e;
        }
    }

    private void answerClose(int code, String reason) throws IOException {
        frames.close(code, "");
        try {
            socket.close(code, reason);
        } catch (IllegalArgumentException _) {
            socket.close(UpstreamFrames.SERVER_ERROR, "the server closed with a reserved code");
            end(
                    new AppFailed(
                            new GuestError(
                                    "BadGateway",
                                    "the server closed a WebSocket with the reserved code " + code,
                                    Optional.empty(),
                                    Optional.empty(),
                                    "")));
        }
    }

    /** Passes on what the client sends, until it has said goodbye. */
    private void fromClient() {
        try {
            while (true) {
                switch (socket.receive()) {
                    case Event.Text(String text) -> frames.text(text);
                    case Event.Binary(byte[] data) -> frames.binary(data);
                    case Event.Closed(int code, String reason) -> {
                        leave(code, reason);
                        return;
                    }
                }
            }
        } catch (BadGatewayException _) {
            // The other thread finds the same, and says it.
        } catch (IOException _) {
            end(new ClientGone());
        } catch (InterruptedException _) {
            end(new ClientGone());
            Thread.currentThread().interrupt();
        }
    }

    private void leave(int code, String reason) throws BadGatewayException {
        if (code == UpstreamFrames.NO_HANDSHAKE) {
            end(new ClientGone());
        } else {
            deadlineNanos = System.nanoTime() + CLOSE_MAX.toNanos();
            frames.close(code, reason);
        }
    }
}
