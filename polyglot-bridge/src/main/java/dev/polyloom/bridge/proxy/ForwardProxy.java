// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an HTTP client to a proxy, for processes that cannot connect out by themselves:
 * a tunnel, or one exchange. Bodies stream. Run by one thread.
 */
final class ForwardProxy {

    private static final Duration IDLE_MAX = Duration.ofMinutes(15);

    /** How long what is left of a request may come after the answer. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int PIECE_BYTES = 16 << 10;

    private static final Pattern INTERIM = Pattern.compile("HTTP/1\\.1 1");

    private final Upstream client;
    private volatile @Nullable Upstream server;
    private volatile long moved = System.nanoTime();

    private ForwardProxy(SocketChannel client) {
        this.client = new Upstream(client);
    }

    /** Serves a connection to its end, or until nothing has moved on it for long. */
    static void serve(SocketChannel client) throws InterruptedException {
        ForwardProxy proxy = new ForwardProxy(client);
        Thread worker = Thread.ofVirtual().name("polyloom-forward").start(proxy::run);
        try {
            while (!worker.join(LOOK) && System.nanoTime() - proxy.moved < IDLE_MAX.toNanos()) {
                // It goes on.
            }
        } finally {
            proxy.close();
        }
    }

    private void close() {
        client.close();
        Upstream open = server;
        if (open != null) {
            open.close();
        }
    }

    private void run() {
        try {
            HttpHead request = request();
            ForwardTarget target = ForwardTarget.of(request.first());
            try (Upstream open = new Upstream(target.dial())) {
                server = open;
                if (target.tunnel()) {
                    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
                } else {
                    open.write(
                            request.passedOn(
                                    target.line(),
                                    Set.of("host"),
                                    List.of("Host: " + target.authority())));
                }
                if (target.tunnel()) {
                    Thread up = Thread.ofVirtual().start(() -> copy(client, open));
                    copy(open, client);
                    up.join();
                } else {
                    Thread body = Thread.ofVirtual().start(() -> send(open));
                    passHeads(open);
                    copy(open, client);
                    body.join(LINGER);
                }
            }
        } catch (IllegalArgumentException e) {
            refuse("400 Bad Request", e);
        } catch (ForwardTarget.ForbiddenException e) {
            refuse("403 Forbidden", e);
        } catch (IOException e) {
            refuse("502 Bad Gateway", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private HttpHead request() {
        try {
            return HttpHead.read(client);
        } catch (BadGatewayException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Passes on the head of the answer, and what may come before it. */
    private void passHeads(Upstream from) throws BadGatewayException {
        while (true) {
            HttpHead head = HttpHead.read(from);
            if (!INTERIM.matcher(head.first()).lookingAt()) {
                client.write(head.passedOn(head.first(), Set.of(), List.of()));
                return;
            }
            client.write(head.text());
        }
    }

    /** Copies to the end; a break ends both directions. */
    private void copy(Upstream from, Upstream to) {
        try {
            move(from, to);
        } catch (BadGatewayException _) {
            close();
        }
    }

    /** Sends the client's body. A server need not take it all before it answers. */
    private void send(Upstream to) {
        try {
            move(client, to);
        } catch (BadGatewayException _) {
            drain();
        }
    }

    private void drain() {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            while (client.read(piece, 0, piece.length) >= 0) {
                moved = System.nanoTime();
            }
        } catch (BadGatewayException _) {
            // It has gone.
        }
    }

    private void move(Upstream from, Upstream to) throws BadGatewayException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int n = from.read(piece, 0, piece.length);
                n >= 0;
                n = from.read(piece, 0, piece.length)) {
            moved = System.nanoTime();
            to.write(piece, 0, n);
        }
        to.end();
    }

    private void refuse(String status, Exception e) {
        String why = String.format(Locale.ROOT, "polyloom: %s%n", e);
        try {
            client.write(
                    "HTTP/1.1 "
                            + status
                            + "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
                            + why);
        } catch (BadGatewayException _) {
            // It has gone.
        }
    }
}
