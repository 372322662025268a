// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * WebSocket clients, each of which sends its next message when the last has come back. Confined to
 * one thread, which waits for all of them at once.
 */
public final class EchoClients implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int LATENCIES = 1 << 16;

    private final Selector selector;
    private final List<EchoConnection> connections = new ArrayList<>();
    private long[] latencies = new long[LATENCIES];
    private int count;
    private int outstanding;
    private boolean sending;

    private EchoClients(Selector selector) {
        this.selector = selector;
    }

    /**
     * Connects clients, one after the other.
     *
     * @throws LoadException when the server does not take one
     */
    public static EchoClients connect(int port, String path, int clients) throws LoadException {
        try {
            EchoClients all = new EchoClients(Selector.open());
            try {
                for (int i = 0; i < clients; i++) {
                    EchoConnection connection = EchoConnection.open(port, path);
                    all.connections.add(connection);
                    connection.channel().register(all.selector, SelectionKey.OP_READ, connection);
                }
                return all;
            } catch (IOException e) {
                all.close();
                throw e;
            }
        } catch (IOException e) {
            throw new LoadException(e);
        }
    }

    /** Has all of them send for a time. */
    public EchoResult run(Duration duration) throws LoadException {
        return send(true, duration);
    }

    /** Has each of them send one message, and waits until all have come back. */
    public EchoResult once() throws LoadException {
        return send(false, Duration.ZERO);
    }

    private EchoResult send(boolean again, Duration duration) throws LoadException {
        count = 0;
        long begun = System.nanoTime();
        try {
            sending = again;
            for (EchoConnection connection : connections) {
                connection.send();
                outstanding++;
            }
            turnUntil(begun + duration.toNanos());
            sending = false;
            int within = count;
            double seconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
            awaitOutstanding();
            return result(again ? within : count, seconds);
        } catch (IOException e) {
            throw new LoadException(e);
        }
    }

    /** Keeps all open for a time without sending anything but answers to pings. */
    public void hold(Duration duration) throws LoadException {
        try {
            turnUntil(System.nanoTime() + duration.toNanos());
        } catch (IOException e) {
            throw new LoadException(e);
        }
    }

    private void awaitOutstanding() throws IOException {
        long end = System.nanoTime() + ANSWER_MAX.toNanos();
        while (outstanding > 0) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(
                        outstanding + " messages did not come back within " + ANSWER_MAX);
            }
            turn(end);
        }
    }

    private void turnUntil(long end) throws IOException {
        while (end - System.nanoTime() > 0) {
            turn(end);
        }
    }

    private void turn(long end) throws IOException {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            take((EchoConnection) key.attachment());
        }
        selector.selectedKeys().clear();
    }

    private void take(EchoConnection connection) throws IOException {
        int messages = connection.receive();
        if (messages == 0) {
            return;
        }
        if (messages > 1 || outstanding == 0) {
            throw new IOException("the server sent a message twice");
        }
        note(System.nanoTime() - connection.sentNanos());
        if (sending) {
            connection.send();
        } else {
            outstanding--;
        }
    }

    private void note(long nanos) {
        if (count == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * count);
        }
        latencies[count++] = nanos;
    }

    private EchoResult result(int messages, double seconds) {
        long[] sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        return new EchoResult(messages, seconds, millis(sorted, 0.5), millis(sorted, 0.99));
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.ceil(share * sorted.length) - 1]
                        / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    @Override
    public void close() throws LoadException {
        try {
            for (EchoConnection connection : connections) {
                connection.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new LoadException(e);
        }
    }
}
