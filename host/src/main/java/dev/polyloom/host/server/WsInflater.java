// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the compression of the client's messages, RFC 7692. Memory beyond the message's own bound
 * is never taken. Confined to one thread, which closes it.
 */
final class WsInflater implements AutoCloseable {

    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    private static final int PIECE_BYTES = 8 << 10;

    private final boolean keepsContext;
    private @Nullable Inflater inflater;

    /**
     * Creates one that takes no native memory before the first compressed message.
     *
     * @param keepsContext whether a message may refer to the ones before
     */
    WsInflater(boolean keepsContext) {
        this.keepsContext = keepsContext;
    }

    /** Adds bytes of a frame to their message. */
    void add(byte[] piece, int from, int count, WsMessage message) throws WsFrameException {
        var current = inflater;
        if (current == null) {
            current = new Inflater(true);
            inflater = current;
        }
        inflate(current, piece, from, count, message);
    }

    private static void inflate(
            Inflater inflater, byte[] piece, int from, int count, WsMessage message)
            throws WsFrameException {
        inflater.setInput(piece, from, count);
        var out = new byte[PIECE_BYTES];
        try {
            while (true) {
                var made = inflater.inflate(out);
                message.add(out, 0, made);
                if (inflater.finished()) {
                    // A final block ends a stream, not a message: what follows begins another one.
                    var left = inflater.getRemaining();
                    inflater.reset();
                    inflater.setInput(piece, from + count - left, left);
                } else if (made == 0) {
                    if (inflater.needsDictionary()) {
                        throw corrupt();
                    }
                    return;
                }
            }
        } catch (DataFormatException _) {
            throw corrupt();
        }
    }

    private static WsFrameException corrupt() {
        return new WsFrameException(WsFrames.NOT_UTF8, "a compressed message is corrupt");
    }

    /** A message's last byte has been added. */
    void end(WsMessage message) throws WsFrameException {
        add(TAIL, 0, TAIL.length, message);
        if (!keepsContext) {
            close();
        }
    }

    @Override
    public void close() {
        var current = inflater;
        inflater = null;
        if (current != null) {
            current.end();
        }
    }
}
