// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.server.Http1Connection.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks after all HTTP/1 connections from one thread, so that a request costs no timer: ends those
 * whose client is too slow, and has those watched whose guest wants to know that the client goes.
 * Thread-safe.
 */
final class ConnectionMonitor implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ConnectionMonitor.class.getName());
    private static final Duration LOOK = Duration.ofMillis(100);

    /** A request this old is worth a thread that waits for its client to go. */
    private static final Duration WATCH_AFTER = Duration.ofMillis(150);

    /** A body that is waited for may pause so long. */
    private static final Duration BODY_STALL = Duration.ofSeconds(30);

    /* A body must come at some rate, measured once it was waited for so long in all. */
    private static final Duration BODY_GRACE = Duration.ofSeconds(8);
    private static final long BODY_BYTES_PER_SECOND = 500;

    private static final Map<Phase, Duration> BOUNDS =
            Map.of(
                    Phase.IDLE, Duration.ofSeconds(75),
                    Phase.HEAD, Duration.ofSeconds(8),
                    Phase.WRITING, Duration.ofSeconds(60),
                    Phase.LINGERING, Duration.ofSeconds(2),
                    Phase.REFUSED, Duration.ofSeconds(1));

    private final Set<Http1Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Http2Session> sessions = ConcurrentHashMap.newKeySet();
    private final Set<WebSocketConnection> webSockets = ConcurrentHashMap.newKeySet();
    private final Set<Http1Connection> watching = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;

    ConnectionMonitor() {
        this.thread = Thread.ofVirtual().name("polyloom-connections").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void add(Http1Connection connection) {
        connections.add(connection);
        if (stopping) {
            connection.close(false);
        }
    }

    void add(Http2Session session) {
        sessions.add(session);
    }

    void remove(Http2Session session) {
        sessions.remove(session);
    }

    void add(WebSocketConnection socket) {
        webSockets.add(socket);
    }

    void remove(WebSocketConnection socket) {
        webSockets.remove(socket);
    }

    /** Has every connection end after the request that it serves, if it serves one. */
    void stopTaking() {
        stopping = true;
        connections.forEach(connection -> connection.close(false));
    }

    void remove(Http1Connection connection) {
        connections.remove(connection);
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                var now = System.nanoTime();
                for (var connection : connections) {
                    look(connection, now);
                }
                for (var session : sessions) {
                    session.look(now);
                }
                for (var socket : webSockets) {
                    socket.look(now);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Http1Connection connection, long now) {
        var age = Duration.ofNanos(now - connection.phaseSinceNanos());
        var phase = connection.phase();
        var bound = BOUNDS.get(phase);
        var waiting = connection.waitingSinceNanos();
        var stalled =
                phase == Phase.SERVING
                        && ((waiting != 0 && now - waiting > BODY_STALL.toNanos())
                                || connection.slowBody(
                                        now, BODY_GRACE.toNanos(), BODY_BYTES_PER_SECOND));
        if (stalled || (bound != null && age.compareTo(bound) > 0)) {
            LOG.log(System.Logger.Level.DEBUG, () -> "ends " + connection + " after " + age);
            connection.expire();
        } else if (phase == Phase.SERVING
                && connection.watched()
                && age.compareTo(WATCH_AFTER) > 0
                && watching.add(connection)) {
            Thread.ofVirtual().name("polyloom-client-watch").start(() -> watch(connection));
        }
    }

    private void watch(Http1Connection connection) {
        try {
            connection.watchClient();
        } finally {
            watching.remove(connection);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
