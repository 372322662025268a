// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.host.server.http2.FloodLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection or stream that asked to speak WebSocket. The guest decides whether it may before the
 * handshake is answered. From then on a virtual thread of its own reads, so that pings are answered
 * and a client that leaves is noticed whatever the guest does; any thread may send, frames being
 * written under one lock.
 */
final class WebSocketConnection implements WebSocketExchange {

    private static final System.Logger LOG = System.getLogger(WebSocketConnection.class.getName());
    private static final int COPIED_MAX = 32 << 10;

    /** Shorter messages gain nothing. */
    private static final int COMPRESSED_MIN = 16;

    private static final int CONTROLS_AT_ONCE = 1_000;
    private static final int CONTROLS_A_SECOND = 100;
    private static final long DRAINED_MAX = 16L << 20;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
    private static final Duration LEAVE_MAX = Duration.ofSeconds(3);
    private static final long COMPRESSOR_KEPT_NANOS = Duration.ofSeconds(10).toNanos();

    private final WsTransport transport;
    private final HostExchange handshake;
    private final WsSetup setup;
    private final Optional<WsCompression> compression;
    private final WsInbox inbox = new WsInbox();
    private final FloodLimit controls = new FloodLimit(CONTROLS_AT_ONCE, CONTROLS_A_SECOND);

    /* Guarded by writing. */
    private final ReentrantLock writing = new ReentrantLock();
    private final OutBuffer out = new OutBuffer();
    private @Nullable WsDeflater deflater;

    private volatile boolean accepted;
    private volatile boolean closeSent;
    private volatile @Nullable Thread reader;
    private volatile long sentNanos;
    private volatile long pingedNanos;
    private volatile boolean pinged;
    private volatile boolean givenUp;

    WebSocketConnection(WsTransport transport, HostExchange handshake, WsSetup setup) {
        this.transport = transport;
        this.handshake = handshake;
        this.setup = setup;
        this.compression =
                setup.config().compression()
                        ? WsCompression.agree(handshake.headers().all("sec-websocket-extensions"))
                        : Optional.empty();
    }

    /** Serves the connection to its end. */
    void run() {
        handshake.onClientGone(() -> inbox.close(new Event.Closed(WsFrames.NO_HANDSHAKE, "")));
        setup.monitor().add(this);
        try {
            setup.dispatcher().handle(handshake, this);
        } finally {
            setup.monitor().remove(this);
            release();
        }
    }

    /** Whatever the way here was: no thread and no native memory stays. */
    private void release() {
        inbox.abandon();
        var reading = reader;
        if (reading != null && reading.isAlive()) {
            transport.cut();
            reading.interrupt();
        }
        writing.lock();
        try {
            closeSent = true;
            if (deflater != null) {
                deflater.close();
                deflater = null;
            }
        } finally {
            writing.unlock();
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
        for (var value : handshake.headers().all("sec-websocket-protocol")) {
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
        var fields = new ArrayList<String>();
        fields.add(RequestIds.HEADER);
        fields.add(handshake.requestId());
        subprotocol.ifPresent(chosen -> {
            fields.add("sec-websocket-protocol");
            fields.add(chosen);
        });
        compression.ifPresent(agreed -> {
            fields.add("sec-websocket-extensions");
            fields.add(agreed.answer());
        });
        for (var i = 0; i < headers.size(); i++) {
            if (!ofHandshake(headers.name(i))) {
                fields.add(headers.name(i));
                fields.add(headers.value(i));
            }
        }
        var all = Headers.ofFlat(fields.toArray(String[]::new));
        ResponseHeads.check(200, all);
        writing.lock();
        try {
            if (accepted || handshake.started()) {
                throw new IllegalStateException("the handshake has been answered");
            }
            compression.ifPresent(agreed ->
                    deflater =
                            new WsDeflater(agreed.serverWindowBits(), agreed.serverKeepsContext()));
            transport.accept(all);
            accepted = true;
        } finally {
            writing.unlock();
        }
        reader = Thread.ofVirtual().name("polyloom-socket").start(this::read);
    }

    /** Whether a field is the host's to send. */
    private static boolean ofHandshake(String name) {
        return (ResponseHeads.known(name) & ResponseHeads.HOP_BY_HOP) != 0
                || name.equalsIgnoreCase("sec-websocket-accept")
                || name.equalsIgnoreCase("sec-websocket-extensions")
                || name.equalsIgnoreCase(RequestIds.HEADER)
                || name.equalsIgnoreCase("content-length");
    }

    @Override
    public void deny(int status, Headers headers, byte[] body) throws IOException {
        handshake.respond(status, headers, body);
    }

    // Receiving

    @Override
    public Event receive() throws InterruptedException {
        return inbox.take();
    }

    @Override
    public void receive(Consumer<Event> then) {
        inbox.take(then);
    }

    /** Reads all that comes; the work of the reading thread. */
    private void read() {
        try {
            readMessages();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket broke", e);
        } catch (InterruptedException _) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket was cut");
        } finally {
            inbox.close(new Event.Closed(WsFrames.NO_HANDSHAKE, ""));
        }
    }

    private void readMessages() throws IOException, InterruptedException {
        var messageBytesMax = setup.config().messageBytesMax();
        try (var inflater =
                compression
                        .map(agreed -> new WsInflater(agreed.clientKeepsContext()))
                        .orElse(null)) {
            var messages =
                    new WsReader(transport.source(), messageBytesMax, inflater, new Answers());
            while (true) {
                var event = messages.next();
                if (event instanceof Event.Closed(var code, var reason)) {
                    end(code, reason);
                    return;
                }
                inbox.put(event);
            }
        } catch (WsFrameException e) {
            end(e.code(), String.valueOf(e.getMessage()));
            drain();
        }
    }

    /** Answers the end, once the guest has answered what came before it. */
    private void end(int code, String reason) throws InterruptedException {
        inbox.awaitAsked(ANSWER_MAX);
        goAway(code, reason);
        inbox.close(new Event.Closed(code, reason));
    }

    /** What is on its way is read, so that the client gets the close frame and no reset. */
    private void drain() throws IOException {
        for (var left = DRAINED_MAX; left > 0; ) {
            var more = transport.source().pull();
            if (more == null) {
                return;
            }
            left -= more.length;
        }
    }

    /** Answers what stands between messages. */
    private final class Answers implements WsReader.Controls {

        @Override
        public void ping(byte[] payload) throws IOException {
            count();
            send(WsFrames.PONG, payload);
        }

        @Override
        public void pong() throws WsFrameException {
            count();
        }

        private void count() throws WsFrameException {
            if (!controls.take(System.nanoTime())) {
                throw new WsFrameException(WsFrames.POLICY_VIOLATION, "too many control frames");
            }
        }
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
                if (inbox.closed() != null) {
                    throw new IOException("the client has gone away");
                }
                return;
            }
            var first = opcode;
            var payload = data;
            if (deflater != null && opcode < WsFrames.CLOSE && data.length >= COMPRESSED_MIN) {
                first |= WsFrames.RSV1;
                payload = deflater.deflate(data);
                sentNanos = System.nanoTime() | 1;
            }
            out.clear();
            WsFrames.head(out, first, payload.length);
            if (payload.length <= COPIED_MAX) {
                transport.write(out.put(payload));
            } else {
                transport.write(out);
                transport.write(payload);
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
                transport.linger();
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
    void finish(int code, String reason) throws InterruptedException {
        inbox.abandon();
        var reading = reader;
        if (reading == null) {
            return;
        }
        goAway(code, reason);
        reading.join(LEAVE_MAX);
    }

    boolean accepted() {
        return accepted;
    }

    // For the monitor

    /** Looks whether the client is still there. Never blocks. */
    void look(long now) {
        if (!accepted || closeSent || givenUp) {
            return;
        }
        var silentSince = transport.source().waitingSinceNanos();
        var interval = setup.config().pingInterval().toNanos();
        // One that is not listened to at the moment may have spoken.
        if (silentSince != 0 && interval > 0) {
            if (pinged && pingedNanos - silentSince > 0) {
                if (now - pingedNanos > setup.config().pingTimeout().toNanos()) {
                    givenUp = true;
                    Thread.ofVirtual().name("polyloom-socket-end").start(this::giveUp);
                }
            } else if (now - silentSince > interval) {
                pinged = true;
                pingedNanos = now;
                Thread.ofVirtual().name("polyloom-socket-ping").start(this::ping);
            }
        }
        var sent = sentNanos;
        if (sent != 0 && now - sent > COMPRESSOR_KEPT_NANOS && writing.tryLock()) {
            try {
                sentNanos = 0;
                if (deflater != null) {
                    deflater.release();
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private void ping() {
        try {
            send(WsFrames.PING, new byte[0]);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket broke", e);
        }
    }

    private void giveUp() {
        LOG.log(System.Logger.Level.DEBUG, "a WebSocket client does not answer pings");
        if (writing.tryLock()) {
            try {
                goAway(WsFrames.SERVER_ERROR, "no answer to a ping");
            } finally {
                writing.unlock();
            }
        }
        transport.cut();
    }
}
