// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of an HTTP/2 connection, RFC 9113. One thread reads, {@link #run}; each request
 * has a virtual thread of its own, which writes. All other methods are thread-safe.
 */
public final class Http2Connection {

    private static final System.Logger LOG = System.getLogger(Http2Connection.class.getName());
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A client that gives up sees its streams end before their handlers have. */
    private static final int HANDLERS_A_STREAM = 2;

    private static final int RESETS_AT_ONCE = 200;
    private static final int RESETS_A_SECOND = 50;

    private final Http2Wire wire;
    private final Http2Limits limits;
    private final Http2Handler handler;
    private final FrameWriter writer;
    private final SendWindows sendWindows = new SendWindows();
    private final ReceiveWindow window;
    private final Inbound inbound;

    /** The streams that have not ended for the client. */
    private final Map<Integer, Http2Stream> open = new ConcurrentHashMap<>();

    private final Map<Http2Stream, Thread> handlers = new ConcurrentHashMap<>();
    private final ClosedStreams closed = new ClosedStreams();

    /** Confined to the reading thread. */
    private final FloodLimit resets = new FloodLimit(RESETS_AT_ONCE, RESETS_A_SECOND);

    private volatile boolean leaving;
    private volatile boolean ended;
    private volatile long idleSinceNanos = System.nanoTime();
    private volatile long closingSinceNanos;

    /** Creates a connection of which nothing has been read. */
    public Http2Connection(Http2Wire wire, Http2Limits limits, Http2Handler handler) {
        this.wire = wire;
        this.limits = limits;
        this.handler = handler;
        this.writer = new FrameWriter(wire);
        this.window = new ReceiveWindow(limits.connectionWindow());
        this.inbound = new Inbound(this, wire, sendWindows);
    }

    /** Serves the connection to its end, from the client's preface on. */
    public void run() {
        run(null, new byte[0]);
    }

    /**
     * Serves a connection that began as HTTP/1 and was upgraded; the client's preface is still to
     * come.
     *
     * @param first the request that asked for the upgrade, whose body has been read
     * @param settings what came with it
     */
    public void run(@Nullable Http2Request first, byte[] settings) {
        try {
            if (first != null) {
                inbound.settings(settings);
            }
            writer.settings(
                    Frames.SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax(),
                    Frames.SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow(),
                    Frames.SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytesMax(),
                    Frames.SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
            writer.windowUpdate(0, limits.connectionWindow() - Frames.WINDOW);
            if (first != null) {
                inbound.upgraded();
                start(1, first);
            }
            inbound.run();
        } catch (Http2Exception e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a client breaks HTTP/2: " + e.getMessage());
            end(e.code());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection broke", e);
        } finally {
            ended = true;
            wire.close();
            handlers.keySet().forEach(stream -> stream.fail("the client has gone away"));
            awaitHandlers();
        }
    }

    /** Tells why, and reads on for a moment so that the client gets it and no reset. */
    private void end(int code) {
        try {
            leaving = true;
            closingSinceNanos = System.nanoTime() | 1;
            writer.goAway(inbound.lastStream(), code);
            inbound.drain();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a refused client went away", e);
        }
    }

    private void awaitHandlers() {
        for (var thread : handlers.values()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                handlers.values().forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    // From outside

    /** Takes no further requests; the connection ends with the last that runs. */
    public void goAway() {
        if (leaving) {
            return;
        }
        leaving = true;
        try {
            writer.goAway(inbound.lastStream(), ErrorCode.NO_ERROR);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
        }
        if (open.isEmpty()) {
            closingSinceNanos = System.nanoTime() | 1;
        }
    }

    /** Ends it at once, with its handlers. */
    public void abort() {
        wire.close();
        handlers.values().forEach(Thread::interrupt);
    }

    /** Looks whether the client is too slow; called now and then, never blocks. */
    public void look(long now) {
        var writing = writer.writingSinceNanos();
        var head = inbound.headSinceNanos();
        if (older(now, writing, limits.stall().toNanos())
                || older(now, head, limits.headerTime().toNanos())
                || older(now, closingSinceNanos, CLOSING_NANOS)) {
            wire.close();
        } else if (!leaving && open.isEmpty() && now - idleSinceNanos > limits.idle().toNanos()) {
            Thread.ofVirtual().name("polyloom-http2-end").start(this::goAway);
        }
    }

    private static boolean older(long now, long since, long than) {
        return since != 0 && now - since > than;
    }

    /** How long it has had no requests. */
    public long idleNanos(long now) {
        return open.isEmpty() ? now - idleSinceNanos : 0;
    }

    // For its parts

    Http2Limits limits() {
        return limits;
    }

    FrameWriter writer() {
        return writer;
    }

    SendWindows sendWindows() {
        return sendWindows;
    }

    ReceiveWindow window() {
        return window;
    }

    ClosedStreams closed() {
        return closed;
    }

    Collection<Http2Stream> open() {
        return open.values();
    }

    @Nullable Http2Stream stream(int id) {
        return open.get(id);
    }

    /** Begins a request; for the reading thread. */
    void start(int id, Http2Request request) throws IOException {
        if (leaving) {
            // It came after the client was told; it will ask elsewhere.
            closed.add(id, true);
            return;
        }
        if (open.size() >= limits.streamsMax()
                || handlers.size() >= HANDLERS_A_STREAM * limits.streamsMax()) {
            countReset();
            closed.add(id, true);
            writer.reset(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        var stream = new Http2Stream(this, id, request, limits.streamWindow());
        sendWindows.open(stream);
        open.put(id, stream);
        var thread = Thread.ofVirtual().name("polyloom-stream").unstarted(() -> serve(stream));
        handlers.put(stream, thread);
        thread.start();
    }

    private void serve(Http2Stream stream) {
        try {
            handler.serve(stream);
        } finally {
            if (!stream.localEnded()) {
                reset(stream, ErrorCode.INTERNAL_ERROR);
            } else if (!stream.remoteEnded()) {
                // The client has its answer and may stop sending.
                reset(stream, ErrorCode.NO_ERROR);
            }
            handlers.remove(stream);
        }
    }

    /** One side of a stream has ended; forgets it when both have. */
    void settled(Http2Stream stream) {
        if (stream.localEnded() && stream.remoteEnded()) {
            forget(stream, false);
        }
    }

    private boolean forget(Http2Stream stream, boolean reset) {
        closed.add(stream.id(), reset);
        if (!open.remove(stream.id(), stream)) {
            return false;
        }
        if (open.isEmpty()) {
            idleSinceNanos = System.nanoTime();
            if (leaving) {
                closingSinceNanos = idleSinceNanos | 1;
            }
        }
        return true;
    }

    /** The client reset a stream, or it broke the protocol; for the reading thread. */
    void clientReset(int id, int answer) throws IOException {
        countReset();
        var stream = open.get(id);
        if (stream != null) {
            forget(stream, answer != ErrorCode.NO_ERROR);
            stream.fail("the client has gone away");
        }
        if (answer == ErrorCode.NO_ERROR) {
            closed.known(id);
        } else {
            closed.add(id, true);
            writer.reset(id, answer);
        }
    }

    private void countReset() throws Http2Exception {
        if (!resets.take(System.nanoTime())) {
            throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "too many streams are reset");
        }
    }

    /** The host ends a stream at once. */
    void reset(Http2Stream stream, int code) {
        if (!forget(stream, true)) {
            return;
        }
        stream.fail("the stream was reset");
        if (ended) {
            return;
        }
        try {
            writer.reset(stream.id(), code);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
        }
    }

    /** A handler has read so much. */
    void consumed(int bytes) throws IOException {
        var more = window.consume(bytes);
        if (more > 0) {
            writer.windowUpdate(0, more);
        }
    }

    /** Nobody will read so much. */
    void discard(int bytes) {
        try {
            if (!ended) {
                consumed(bytes);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
        }
    }
}
