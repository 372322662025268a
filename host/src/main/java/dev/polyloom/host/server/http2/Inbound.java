// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import dev.polyloom.host.server.http2.FrameReader.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the client's frames mean. Confined to the reading thread but for what says otherwise. */
final class Inbound {

    private static final int CONTROLS_AT_ONCE = 1_000;
    private static final int CONTROLS_A_SECOND = 200;
    private static final int CONTINUATIONS_MAX = 32;
    private static final long WINDOW_UPDATES_FREE = 10_000;
    private static final int DRAINED_MAX = 1 << 20;

    private final Http2Connection connection;
    private final Http2Wire wire;
    private final FrameReader frames;
    private final HpackDecoder decoder;
    private final PeerSettings settings;
    private final FloodLimit controls = new FloodLimit(CONTROLS_AT_ONCE, CONTROLS_A_SECOND);

    /** A head of which the end has not come. */
    private record Head(
            int stream, boolean ended, boolean selfDependent, ByteArrayOutputStream block) {}

    private @Nullable Head head;
    private int continuations;
    private long windowUpdates;
    private volatile int lastStream;

    /** The preface counts as a head. */
    private volatile long headSinceNanos = System.nanoTime() | 1;

    Inbound(Http2Connection connection, Http2Wire wire, SendWindows windows) {
        var limits = connection.limits();
        this.connection = connection;
        this.wire = wire;
        this.frames = new FrameReader(wire);
        this.decoder = new HpackDecoder(limits.headerBytesMax(), limits.headerFieldsMax());
        this.settings = new PeerSettings(windows);
    }

    /** The last stream that the client opened. From any thread. */
    int lastStream() {
        return lastStream;
    }

    /** Since when the rest of a head is waited for, 0 when it is not. From any thread. */
    long headSinceNanos() {
        return headSinceNanos;
    }

    /** The first stream was opened by the request that asked for the upgrade. */
    void upgraded() {
        lastStream = 1;
    }

    /** Applies settings. */
    void settings(byte[] payload) throws Http2Exception {
        settings.apply(payload, connection.open());
    }

    /** Reads to the end of the connection. */
    void run() throws IOException {
        frames.preface();
        var first = frames.next();
        if (first == null) {
            return;
        }
        if (first.type() != Frames.SETTINGS || first.has(Frames.ACK)) {
            throw broken("the first frame is not one of settings");
        }
        headSinceNanos = 0;
        for (var frame = first; frame != null; frame = frames.next()) {
            try {
                handle(frame);
            } catch (Http2Exception e) {
                if (e.stream() == 0) {
                    throw e;
                }
                connection.clientReset(e.stream(), e.code());
            }
        }
    }

    /** Reads without use what is still under way. */
    void drain() throws IOException {
        for (var left = DRAINED_MAX; left > 0; ) {
            var more = wire.read();
            if (more == null) {
                return;
            }
            left -= more.length;
        }
    }

    private void handle(Frame frame) throws IOException {
        var pending = head;
        if (pending != null
                && (frame.type() != Frames.CONTINUATION || frame.stream() != pending.stream())) {
            throw broken("a head is interrupted");
        }
        switch (frame.type()) {
            case Frames.DATA -> data(frame);
            case Frames.HEADERS -> headers(frame);
            case Frames.PRIORITY -> priority(frame);
            case Frames.RST_STREAM -> reset(frame);
            case Frames.SETTINGS -> settings(frame);
            case Frames.PUSH_PROMISE -> throw broken("a client does not push");
            case Frames.PING -> ping(frame);
            case Frames.GOAWAY -> ofConnection(frame);
            case Frames.WINDOW_UPDATE -> windowUpdate(frame);
            case Frames.CONTINUATION -> continuation(frame, pending);
            default -> count();
        }
    }

    // Heads

    private void headers(Frame frame) throws IOException {
        var id = frame.stream();
        if (id == 0 || id % 2 == 0) {
            throw broken("a client opens streams of odd numbers");
        }
        var from = 0;
        var to = frame.payload().length;
        if (frame.has(Frames.PADDED)) {
            to -= padding(frame);
            from++;
        }
        var selfDependent = false;
        if (frame.has(Frames.PRIORITIZED)) {
            if (to - from < 5) {
                throw sizeError("a head is cut");
            }
            selfDependent = dependency(frame.payload(), from) == id;
            from += 5;
        }
        if (from > to) {
            throw broken("the padding is longer than the frame");
        }
        var block = new ByteArrayOutputStream();
        block.write(frame.payload(), from, to - from);
        var begun = new Head(id, frame.has(Frames.END_STREAM), selfDependent, block);
        if (frame.has(Frames.END_HEADERS)) {
            complete(begun);
        } else {
            head = begun;
            continuations = 0;
            headSinceNanos = System.nanoTime() | 1;
        }
    }

    private void continuation(Frame frame, @Nullable Head pending) throws IOException {
        if (pending == null) {
            throw broken("there is no head to continue");
        }
        pending.block().writeBytes(frame.payload());
        if (++continuations > CONTINUATIONS_MAX
                || pending.block().size() > connection.limits().headerBytesMax()) {
            throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "a head does not end");
        }
        if (frame.has(Frames.END_HEADERS)) {
            head = null;
            headSinceNanos = 0;
            complete(pending);
        }
    }

    private void complete(Head whole) throws IOException {
        // Every block goes through the table, whatever becomes of it.
        var fields = decoder.decode(whole.block().toByteArray());
        var id = whole.stream();
        var stream = connection.stream(id);
        if (stream != null) {
            trailers(stream, whole, fields);
        } else if (id > lastStream) {
            lastStream = id;
            if (whole.selfDependent()) {
                throw selfDependent(id);
            }
            connection.start(id, Heads.request(id, fields, whole.ended(), decoder.tooLarge()));
        } else if (!connection.closed().contains(id)) {
            throw broken("the streams' numbers do not rise");
        } else if (!connection.closed().reset(id)) {
            throw new Http2Exception(ErrorCode.STREAM_CLOSED, "the stream has ended");
        }
    }

    private void trailers(Http2Stream stream, Head whole, String[] fields) throws IOException {
        if (stream.remoteEnded()) {
            throw new Http2Exception(stream.id(), ErrorCode.STREAM_CLOSED, "the stream has ended");
        }
        if (!whole.ended()) {
            throw new Http2Exception(
                    stream.id(), ErrorCode.PROTOCOL_ERROR, "a second head is not the last frame");
        }
        Heads.checkTrailers(stream.id(), fields);
        stream.receive(new byte[0], 0, true);
        connection.settled(stream);
    }

    // Bodies

    private void data(Frame frame) throws IOException {
        var id = frame.stream();
        var length = frame.payload().length;
        if (id == 0) {
            throw broken("data belongs to a stream");
        }
        if (!connection.window().take(length)) {
            throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "more than was allowed");
        }
        var from = 0;
        var to = length;
        if (frame.has(Frames.PADDED)) {
            to -= padding(frame);
            from++;
            if (from > to) {
                throw broken("the padding is longer than the frame");
            }
        }
        var ended = frame.has(Frames.END_STREAM);
        if (from == to && !ended) {
            count();
        }
        var stream = connection.stream(id);
        if (stream == null || stream.remoteEnded()) {
            connection.consumed(length);
            known(id);
            if (stream == null && connection.closed().reset(id)) {
                return;
            }
            throw new Http2Exception(id, ErrorCode.STREAM_CLOSED, "the stream has ended");
        }
        connection.consumed(length - (to - from));
        var data =
                from == 0 && to == length
                        ? frame.payload()
                        : Arrays.copyOfRange(frame.payload(), from, to);
        try {
            stream.receive(data, length, ended);
        } catch (Http2Exception e) {
            connection.consumed(data.length);
            throw e;
        }
        if (ended) {
            connection.settled(stream);
        }
    }

    // The rest

    private void priority(Frame frame) throws Http2Exception {
        count();
        if (frame.stream() == 0) {
            throw broken("a priority belongs to a stream");
        }
        if (frame.payload().length != 5) {
            throw new Http2Exception(
                    frame.stream(), ErrorCode.FRAME_SIZE_ERROR, "a priority is cut");
        }
        if (dependency(frame.payload(), 0) == frame.stream()) {
            throw selfDependent(frame.stream());
        }
    }

    private void reset(Frame frame) throws IOException {
        if (frame.payload().length != 4) {
            throw sizeError("a reset is cut");
        }
        if (frame.stream() == 0) {
            throw broken("a reset belongs to a stream");
        }
        known(frame.stream());
        connection.clientReset(frame.stream(), ErrorCode.NO_ERROR);
    }

    private void settings(Frame frame) throws IOException {
        count();
        ofConnection(frame);
        if (!frame.has(Frames.ACK)) {
            settings(frame.payload());
            connection.writer().settingsAck();
        } else if (frame.payload().length > 0) {
            throw sizeError("an acknowledgement holds settings");
        }
    }

    private void ping(Frame frame) throws IOException {
        count();
        ofConnection(frame);
        if (frame.payload().length != 8) {
            throw sizeError("a ping is cut");
        }
        if (!frame.has(Frames.ACK)) {
            connection.writer().pingAck(frame.payload());
        }
    }

    private void windowUpdate(Frame frame) throws IOException {
        if (frame.payload().length != 4) {
            throw sizeError("a window's update is cut");
        }
        if (++windowUpdates > WINDOW_UPDATES_FREE + 4 * connection.writer().frames()) {
            throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "too many windows are updated");
        }
        var id = frame.stream();
        var bytes = Frames.number(frame.payload(), 0, 4) & Frames.STREAM_BITS;
        if (bytes == 0) {
            throw new Http2Exception(
                    id, ErrorCode.PROTOCOL_ERROR, "a window is updated by nothing");
        }
        if (id == 0) {
            connection.sendWindows().grant(bytes);
            return;
        }
        known(id);
        var stream = connection.stream(id);
        if (stream != null) {
            connection.sendWindows().grant(stream, bytes);
        }
    }

    // What several do

    /** Frames that cost the host more than the client have a bound. */
    private void count() throws Http2Exception {
        if (!controls.take(System.nanoTime())) {
            throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "too many control frames");
        }
    }

    private void known(int id) throws Http2Exception {
        if (id > lastStream || id % 2 == 0) {
            throw broken("the stream has not begun");
        }
    }

    private static int padding(Frame frame) throws Http2Exception {
        if (frame.payload().length == 0) {
            throw sizeError("a frame is cut");
        }
        return frame.payload()[0] & 0xff;
    }

    private static int dependency(byte[] payload, int from) {
        return Frames.number(payload, from, 4) & Frames.STREAM_BITS;
    }

    private static void ofConnection(Frame frame) throws Http2Exception {
        if (frame.stream() != 0) {
            throw broken("the frame belongs to no stream");
        }
    }

    private static Http2Exception selfDependent(int id) {
        return new Http2Exception(id, ErrorCode.PROTOCOL_ERROR, "a stream depends on itself");
    }

    private static Http2Exception sizeError(String detail) {
        return new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, detail);
    }

    private static Http2Exception broken(String detail) {
        return new Http2Exception(ErrorCode.PROTOCOL_ERROR, detail);
    }
}
