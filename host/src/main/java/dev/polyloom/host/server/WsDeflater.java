// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the host's messages, RFC 7692. Guarded by the lock under which messages are written.
 *
 * <p>The JDK's compressor always looks back over 32 KiB. A client with a smaller window gets
 * streams in which nothing can be looked back at from further away than its window: the compressor
 * forgets what it has seen whenever so much has passed.
 */
final class WsDeflater implements AutoCloseable {

    private static final int TAIL_BYTES = 4;

    /** A block without contents, up to the tail. */
    private static final byte[] EMPTY = {0};

    private static final int WHOLE_WINDOW = 1 << 15;
    private static final int LEVEL = Deflater.BEST_SPEED;

    private final int window;
    private final boolean keepsContext;
    private @Nullable Deflater deflater;
    private int seen;

    /**
     * Creates one that takes no native memory before the first message.
     *
     * @param windowBits how far the client can look back, 8 to 15
     * @param keepsContext whether a message may refer to the ones before
     */
    WsDeflater(int windowBits, boolean keepsContext) {
        this.window = 1 << windowBits;
        this.keepsContext = keepsContext;
    }

    /** The payload of a message. */
    byte[] deflate(byte[] message) {
        if (message.length == 0) {
            return EMPTY.clone();
        }
        var current = deflater;
        if (current == null) {
            current = new Deflater(LEVEL, true);
            deflater = current;
            seen = 0;
        }
        var out = new byte[message.length / 2 + 64];
        var size = 0;
        for (var from = 0; from < message.length; ) {
            var count = next(current, message.length - from);
            current.setInput(message, from, count);
            from += count;
            while (true) {
                size += current.deflate(out, size, out.length - size, Deflater.SYNC_FLUSH);
                if (size < out.length) {
                    break;
                }
                out = Arrays.copyOf(out, 2 * out.length);
            }
        }
        if (!keepsContext) {
            release();
        }
        return Arrays.copyOf(out, size - TAIL_BYTES);
    }

    /** How much to compress next, with room for it made in the window. */
    private int next(Deflater current, int left) {
        if (window == WHOLE_WINDOW) {
            return left;
        }
        if (seen >= window) {
            current.reset();
            seen = 0;
        }
        var count = Math.min(left, window - seen);
        seen += count;
        return count;
    }

    /** Gives the native memory back; the next message begins without a context. */
    void release() {
        var current = deflater;
        deflater = null;
        if (current != null) {
            current.end();
        }
    }

    @Override
    public void close() {
        release();
    }
}
