// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polyloom.bridge.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connections on which a client sends any frames. */
final class Http2Fuzz {

    private static final Http2Limits LIMITS =
            Http2Limits.DEFAULT.withHeaderBytesMax(2_000).withStall(Duration.ofMillis(20));

    /** What the client sends, in pieces of a few bytes; what it gets is dropped. */
    private static final class Wire implements Http2Wire {

        private final byte[] bytes;
        private int at;

        Wire(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte @Nullable [] read() {
            if (at == bytes.length) {
                return null;
            }
            var piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 50));
            at += piece.length;
            return piece;
        }

        @Override
        public void write(byte[] written, int length) {}

        @Override
        public void close() {}
    }

    /** The connection ends, and no handler fails for another reason than the client. */
    @FuzzTest(maxDuration = "5s")
    void servesOrRefuses(byte[] frames) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(Frames.preface());
        all.writeBytes(new byte[] {0, 0, 0, Frames.SETTINGS, 0, 0, 0, 0, 0});
        all.writeBytes(frames);
        var failure = new AtomicReference<@Nullable Throwable>();
        var wire = new Wire(all.toByteArray());
        new Http2Connection(wire, LIMITS, stream -> serve(stream, failure)).run();
        assertThat(failure.get()).isNull();
    }

    private static void serve(Http2Stream stream, AtomicReference<@Nullable Throwable> failure) {
        try {
            while (stream.read() != null) {
                // All of it.
            }
            stream.respond(200, Headers.EMPTY, new byte[] {1});
        } catch (IOException _) {
            // The client is at fault.
        } catch (RuntimeException | Error e) {
            failure.set(e);
        }
    }
}
