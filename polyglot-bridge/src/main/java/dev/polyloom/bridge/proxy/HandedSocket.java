// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.WebSocketExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection for an application that speaks WebSocket itself, on a plain connection.
 * The application connects to a loopback port, says a token, and then answers the handshake, of
 * which it is told the key. One thread runs it, any may end it.
 */
public final class HandedSocket implements AutoCloseable {

    private final WebSocketExchange socket;
    private final ServerSocketChannel server;
    private final String token = SocketRelay.key();
    private final String key = SocketRelay.key();
    private final AtomicReference<@Nullable InputOutcome> ended = new AtomicReference<>();
    private volatile @Nullable SocketRelay relay;
    private volatile boolean finished;

    private HandedSocket(WebSocketExchange socket, ServerSocketChannel server) {
        this.socket = socket;
        this.server = server;
    }

    /** Opens a port for it, which the caller must close. */
    public static HandedSocket open(WebSocketExchange socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new HandedSocket(socket, server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** The port of the loopback address. */
    public int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** What the application says first, so that no other program is taken for it. ASCII. */
    public String token() {
        return token;
    }

    /** The key of the handshake. */
    public String key() {
        return key;
    }

    /** Waits for the application, and runs the connection to its end. */
    public InputOutcome run() throws InterruptedException {
        Upstream upstream;
        try {
            upstream = new Upstream(awaitApplication());
        } catch (IOException _) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            InputOutcome outcome = ended.get();
            return outcome == null ? new IsolateLost("the application did not come") : outcome;
        }
        SocketRelay running = new SocketRelay(socket, upstream, key, () -> finished);
        relay = running;
        InputOutcome early = ended.get();
        if (early != null) {
            running.end(early);
        }
        return running.run();
    }

    private SocketChannel awaitApplication() throws IOException {
        while (true) {
            SocketChannel channel = server.accept();
            boolean known = false;
            try {
                ByteBuffer said = ByteBuffer.allocate(token.length());
                while (said.hasRemaining() && channel.read(said) >= 0) {
                    // There is more of it.
                }
                known =
                        MessageDigest.isEqual(
                                said.array(), token.getBytes(StandardCharsets.US_ASCII));
                if (known) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    return channel;
                }
            } finally {
                if (!known) {
                    channel.close();
                }
            }
        }
    }

    /** Says that the application is content if its connection ends now without a goodbye. */
    public void finish() {
        finished = true;
    }

    /** Ends it with an outcome; later outcomes are ignored. */
    public void end(InputOutcome outcome) {
        if (ended.compareAndSet(null, outcome)) {
            close();
            SocketRelay running = relay;
            if (running != null) {
                running.end(outcome);
            }
        }
    }

    /** Closes the port; a connection that was made stays. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException _) {
            // It is of no further use either way.
        }
    }
}
