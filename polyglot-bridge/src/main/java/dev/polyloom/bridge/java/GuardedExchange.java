// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An exchange whose thread may be given up: then another answers the client, and what the thread
 * still sends is refused.
 *
 * <p>The lock is held while something is sent, so that only one of them does.
 */
final class GuardedExchange implements HttpExchange {

    /** The connection is the given up thread's, and so cannot take another request. */
    private static final Headers LAST =
            Headers.ofFlat("content-type", "application/json", "connection", "close");

    private final HttpExchange exchange;
    private final ReentrantLock sending = new ReentrantLock();
    private boolean forsaken; // guarded by the lock

    GuardedExchange(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** Something that is sent. */
    @FunctionalInterface
    private interface Sending {
        void run() throws IOException;
    }

    private void send(Sending what) throws IOException {
        sending.lock();
        try {
            if (forsaken) {
                throw new IOException("the input ran past its timeout and was given up");
            }
            what.run();
        } finally {
            sending.unlock();
        }
    }

    /**
     * Answers 504 in place of the thread that serves, if that has sent nothing yet. Blocks while it
     * sends.
     */
    void forsake(Duration timeout) {
        sending.lock();
        try {
            forsaken = true;
            if (!exchange.started()) {
                String text =
                        "{\"detail\":\"the function did not end within "
                                + timeout.toMillis()
                                + " ms\"}";
                exchange.respond(504, LAST, text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The client has gone, which is as good.
        } finally {
            sending.unlock();
        }
    }

    @Override
    public RequestHead head() {
        return exchange.head();
    }

    @Override
    public long contentLength() {
        return exchange.contentLength();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        send(() -> exchange.respond(status, headers, body));
    }

    @Override
    public void reason(int status, String phrase) throws IOException {
        send(() -> exchange.reason(status, phrase));
    }

    @Override
    public void start(int status, Headers headers) throws IOException {
        send(() -> exchange.start(status, headers));
    }

    @Override
    public void write(byte[] piece) throws IOException {
        send(() -> exchange.write(piece));
    }

    @Override
    public void finish() throws IOException {
        send(exchange::finish);
    }

    @Override
    public void finish(Headers trailers) throws IOException {
        send(() -> exchange.finish(trailers));
    }

    @Override
    public void earlyHint(Headers fields) throws IOException {
        send(() -> exchange.earlyHint(fields));
    }

    @Override
    public void respondFile(int status, Headers headers, Path file) throws IOException {
        send(() -> exchange.respondFile(status, headers, file));
    }

    @Override
    public boolean started() {
        return exchange.started();
    }

    @Override
    public void onClientGone(Runnable action) {
        exchange.onClientGone(action);
    }
}
