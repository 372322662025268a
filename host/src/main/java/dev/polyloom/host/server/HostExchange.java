// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.host.limits.Verdict;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as the host sees it: the request before it has a route, and what was sent in the end.
 * Each protocol has its own.
 */
abstract class HostExchange implements HttpExchange {

    /** How far the response has come. */
    final ResponseProgress response;

    private final long beganNanos = System.nanoTime();
    private String requestId = "";
    private @Nullable RequestHead head;
    private @Nullable Timing timing;
    private @Nullable Verdict rates;

    /**
     * How long it took until the guest began.
     *
     * @param queuedNanos the wait for a replica, without its start
     * @param startingNanos the wait for a replica's start
     * @param cold whether one was started for this request
     * @param runningSinceNanos when the guest began
     */
    record Timing(long queuedNanos, long startingNanos, boolean cold, long runningSinceNanos) {}

    HostExchange(String method) {
        this.response = new ResponseProgress(method);
    }

    abstract String method();

    abstract String scheme();

    abstract String httpVersion();

    /** The path as it came. */
    abstract String rawPath();

    /** The query as it came, without the question mark. */
    abstract String rawQuery();

    abstract Headers headers();

    abstract Endpoint peer();

    abstract Endpoint local();

    /** What is wrong with the request's body as far as it was read, null when nothing is. */
    abstract @Nullable Problem requestFault();

    /** Cuts the connection or stream, so that the client sees that the response is not whole. */
    abstract void abort();

    @Override
    public final boolean started() {
        return response.started();
    }

    @Override
    public final RequestHead head() {
        var routed = head;
        if (routed == null) {
            throw new IllegalStateException("the request has not been routed");
        }
        return routed;
    }

    final void route(RequestHead routed) {
        this.head = routed;
    }

    final String requestId() {
        return requestId;
    }

    final void requestId(String id) {
        this.requestId = id;
    }

    final long beganNanos() {
        return beganNanos;
    }

    final void timing(Timing known) {
        this.timing = known;
    }

    final void rates(Verdict known) {
        this.rates = known;
    }

    /** What the rate limits say of this request, null when there are none. */
    final @Nullable Verdict rates() {
        return rates;
    }

    /** The value of {@code Server-Timing} as it stands now, null when it is not to be sent. */
    final @Nullable String serverTiming() {
        var known = timing;
        if (known == null) {
            return null;
        }
        var text = new StringBuilder(64);
        duration(text, "queue", known.queuedNanos());
        text.append(", ");
        duration(text, "start", known.startingNanos());
        text.append(", ");
        duration(text, "run", System.nanoTime() - known.runningSinceNanos());
        if (known.cold()) {
            text.append(", cold");
        }
        return text.toString();
    }

    private static void duration(StringBuilder text, String name, long nanos) {
        var micros = TimeUnit.NANOSECONDS.toMicros(nanos);
        text.append(name).append(";dur=").append(micros / 1_000).append('.');
        var fraction = micros % 1_000;
        if (fraction < 100) {
            text.append('0');
        }
        if (fraction < 10) {
            text.append('0');
        }
        text.append(fraction);
    }
}
