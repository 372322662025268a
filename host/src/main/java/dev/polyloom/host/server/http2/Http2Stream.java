// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import dev.polyloom.bridge.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. The connection's thread brings what comes; one thread reads it, and
 * one at a time writes.
 */
public final class Http2Stream {

    private static final byte[] NOTHING = new byte[0];

    /** How often the rate of a body that is waited for is looked at. */
    private static final long LOOK_NANOS = 200_000_000;

    private final Http2Connection connection;
    private final int id;
    private final Http2Request request;
    private final ReceiveWindow window;

    /** Guarded by the connection's {@link SendWindows}. */
    long sendWindow;

    /* Guarded by lock. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> pieces = new ArrayDeque<>();
    private long received;
    private long waitedNanos;

    private volatile boolean remoteEnded;
    private volatile boolean responding;
    private volatile boolean localEnded;
    private volatile boolean tunnel;
    private volatile @Nullable String failure;
    private final AtomicReference<@Nullable Runnable> gone = new AtomicReference<>();

    Http2Stream(Http2Connection connection, int id, Http2Request request, int window) {
        this.connection = connection;
        this.id = id;
        this.request = request;
        this.window = new ReceiveWindow(window);
        this.remoteEnded = request.contentLength() == 0;
    }

    int id() {
        return id;
    }

    /** What is asked for. */
    public Http2Request request() {
        return request;
    }

    /** Runs an action, once and in any thread, when the stream ends before its time. */
    public void onGone(Runnable action) {
        gone.set(action);
        if (failure != null) {
            tellGone();
        }
    }

    /** From now on neither side's silence is a fault. */
    public void tunnel() {
        tunnel = true;
    }

    // Receiving

    /** Whether the client has sent all that it sends. */
    public boolean remoteEnded() {
        return remoteEnded;
    }

    /**
     * The next piece of the request's body, null at its end; blocks.
     *
     * @throws IOException when the stream was reset, or the client stalls or is too slow
     */
    public byte @Nullable [] read() throws IOException {
        byte[] piece;
        lock.lock();
        var since = System.nanoTime();
        try {
            while ((piece = pieces.poll()) == null) {
                check();
                if (remoteEnded) {
                    return null;
                }
                if (tunnel) {
                    changed.await();
                } else {
                    checkPace(System.nanoTime() - since);
                    var _ =
                            changed.awaitNanos(
                                    Math.min(LOOK_NANOS, connection.limits().stall().toNanos()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the host stops", e);
        } finally {
            waitedNanos += System.nanoTime() - since;
            lock.unlock();
        }
        connection.consumed(piece.length);
        if (!remoteEnded) {
            var more = window.consume(piece.length);
            if (more > 0) {
                connection.writer().windowUpdate(id, more);
            }
        }
        return piece;
    }

    /** Fails when the client has been waited for too long, just now or on the whole. */
    private void checkPace(long nowWaited) throws IOException {
        var limits = connection.limits();
        var waited = waitedNanos + nowWaited;
        var rate = (double) limits.bodyBytesPerSecond() / Duration.ofSeconds(1).toNanos();
        var slow = waited > limits.bodyGrace().toNanos() && received < waited * rate;
        if (nowWaited >= limits.stall().toNanos() || (slow && !responding)) {
            throw new IOException("the client does not send the body on");
        }
    }

    /**
     * Takes what came; for the connection.
     *
     * @param length what it counts for in the window
     */
    void receive(byte[] data, int length, boolean end) throws Http2Exception {
        if (!window.take(length)) {
            throw new Http2Exception(id, ErrorCode.FLOW_CONTROL_ERROR, "more than was allowed");
        }
        lock.lock();
        try {
            received += data.length;
            var announced = request.contentLength();
            if (announced >= 0 && (end ? received != announced : received > announced)) {
                throw new Http2Exception(
                        id, ErrorCode.PROTOCOL_ERROR, "the body is not as long as announced");
            }
            if (data.length > 0) {
                pieces.add(data);
            }
            remoteEnded |= end;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // Sending

    /** Sends a head that others follow, such as early hints. */
    public void inform(int status, Headers fields) throws IOException {
        check();
        connection.writer().headers(id, HpackEncoder.response(status, fields), false);
    }

    /**
     * Sends the response's head.
     *
     * @param end whether nothing follows
     */
    public void start(int status, Headers fields, boolean end) throws IOException {
        check();
        responding = true;
        var block = HpackEncoder.response(status, fields);
        if (end) {
            endLocal();
        }
        connection.writer().headers(id, block, end);
    }

    /** Sends a response whose whole body is known. */
    public void respond(int status, Headers fields, byte[] body) throws IOException {
        check();
        if (body.length == 0) {
            start(status, fields, true);
        } else if (body.length <= Frames.PAYLOAD_BYTES_MAX
                && connection.sendWindows().takeAll(this, body.length)) {
            var block = HpackEncoder.response(status, fields);
            endLocal();
            connection.writer().whole(id, block, body);
        } else {
            start(status, fields, false);
            write(body, 0, body.length, true);
        }
    }

    /** Sends a piece of the body; blocks while the client takes nothing, within bounds. */
    public void write(byte[] bytes, int from, int length, boolean end) throws IOException {
        if (length == 0 && end) {
            check();
            endLocal();
            connection.writer().data(id, NOTHING, 0, 0, true);
        }
        for (var done = 0; done < length; ) {
            var most = Math.min(length - done, Frames.PAYLOAD_BYTES_MAX);
            var count = connection.sendWindows().take(this, most, stall());
            var last = end && done + count == length;
            if (last) {
                endLocal();
            }
            connection.writer().data(id, bytes, from + done, count, last);
            done += count;
        }
    }

    private Duration stall() {
        return connection.limits().stall();
    }

    /** Ends the body with fields after it. */
    public void trailers(Headers fields) throws IOException {
        check();
        var block = HpackEncoder.fields(fields);
        endLocal();
        connection.writer().headers(id, block, true);
    }

    /** Before the last frame is written: once the client has it, the stream is over for it. */
    private void endLocal() {
        localEnded = true;
        connection.settled(this);
    }

    /** Whether the response was sent to its end. */
    boolean localEnded() {
        return localEnded;
    }

    /** Ends the stream at once, both ways; nothing when it has ended. */
    public void reset(int code) {
        connection.reset(this, code);
    }

    // For the connection

    /** Fails when the stream has ended before its time. */
    void check() throws IOException {
        var reason = failure;
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    /** Ends it before its time; a second call does nothing. */
    void fail(String reason) {
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = reason;
            for (var piece : pieces) {
                connection.discard(piece.length);
            }
            pieces.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        connection.sendWindows().wake();
        tellGone();
    }

    boolean failed() {
        return failure != null;
    }

    private void tellGone() {
        var action = gone.getAndSet(null);
        if (action != null && !(localEnded && remoteEnded)) {
            action.run();
        }
    }
}
