// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.BodyTooLargeException;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.ClientGone;
import dev.polyloom.bridge.InputOutcome.Completed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request. The thread that brought it reads the server's answer and writes it to the client; a
 * second one carries the body the other way. A piece at a time is held, whatever is sent.
 */
final class HttpRelay extends Relay {

    private static final int PIECE_BYTES = 64 << 10;

    /** How long the sender of a body that nobody reads any more may take to notice. */
    private static final Duration LAST_PIECE_MAX = Duration.ofMillis(500);

    private final HttpExchange exchange;
    private final Upstream upstream;
    private final long deadlineNanos;
    private volatile boolean answered;
    private volatile @Nullable IOException bodyFault;

    HttpRelay(HttpExchange exchange, Upstream upstream, long deadlineNanos) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    InputOutcome run() throws InterruptedException {
        use(upstream);
        exchange.onClientGone(() -> end(new ClientGone()));
        Thread sender = null;
        try (upstream) {
            sender = send();
            answer();
            return outcome(new Completed());
        } catch (BadGatewayException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return broken(e);
        } catch (IOException _) {
            return outcome(new ClientGone());
        } finally {
            answered = true;
            if (sender != null) {
                join(sender);
            }
        }
    }

    private void join(Thread sender) throws InterruptedException {
        if (!sender.join(LAST_PIECE_MAX)) {
            sender.interrupt();
            sender.join();
        }
    }

    // The request

    /** Sends the head, and starts a thread for the body if there is one. */
    private @Nullable Thread send() throws BadGatewayException {
        long length = exchange.contentLength();
        StringBuilder head = ProxyFields.request(exchange.head(), Set.of());
        if (length > 0 || exchange.head().headers().first("content-length").isPresent()) {
            ProxyFields.field(head, "content-length", Long.toString(length));
        } else if (length < 0) {
            ProxyFields.field(head, "transfer-encoding", "chunked");
        }
        head.append("connection: close\r\n\r\n");
        upstream.write(head.toString());
        return length == 0 ? null : Thread.ofVirtual().name("polyloom-body").start(this::sendBody);
    }

    private void sendBody() {
        boolean chunked = exchange.contentLength() < 0;
        byte[] piece = new byte[PIECE_BYTES];
        InputStream body = exchange.body();
        try {
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                if (answered || ended()) {
                    return;
                }
                if (chunked) {
                    upstream.write(Integer.toHexString(count) + "\r\n");
                }
                upstream.write(piece, 0, count);
                if (chunked) {
                    upstream.write("\r\n");
                }
            }
            if (chunked) {
                upstream.write("0\r\n\r\n");
            }
        } catch (BadGatewayException _) {
            // The server may have answered before it had all; its answer says more than this.
        } catch (BodyTooLargeException e) {
            bodyFault = e;
            upstream.close();
        } catch (IOException e) {
            bodyFault = e;
            if (!answered) {
                end(new ClientGone());
            }
        }
    }

    // The response

    private void answer() throws IOException {
        UpstreamResponse response = UpstreamResponse.read(upstream, exchange.head().method());
        if (response.status() < 200) {
            throw new BadGatewayException("the server switched to a protocol nobody asked for");
        }
        UpstreamBody body = new UpstreamBody(upstream, response.framing());
        boolean bodiless = exchange.head().method().equals("HEAD") || response.status() == 304;
        if (!bodiless && body.whole()) {
            exchange.respond(response.status(), response.headers(), whole(body));
            return;
        }
        // What a bodiless answer says of its length is the server's to say.
        exchange.start(response.status(), response.headers());
        byte[] buffer = new byte[PIECE_BYTES];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            exchange.write(Arrays.copyOf(buffer, count));
        }
        exchange.finish();
    }

    private byte[] whole(UpstreamBody body) throws BadGatewayException {
        byte[] bytes = new byte[upstream.available()];
        return Arrays.copyOf(bytes, Math.max(0, body.read(bytes)));
    }

    /** Answers in the server's place, unless the host or the client was the cause. */
    private InputOutcome broken(BadGatewayException e) {
        if (ended() || bodyFault != null) {
            return outcome(new ClientGone());
        }
        if (!exchange.started()) {
            try {
                exchange.respond(
                        502,
                        Headers.ofFlat("content-type", "text/plain; charset=utf-8"),
                        ("Bad gateway: " + e.getMessage() + ".\n")
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                return new ClientGone();
            }
        }
        return failed(e);
    }
}
