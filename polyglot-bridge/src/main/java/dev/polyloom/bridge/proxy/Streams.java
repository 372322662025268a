// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What is done with connections from end to end. Knows only the JDK. */
final class Streams {

    private static final int PIECE_BYTES = 16 << 10;

    private Streams() {}

    /** Carries what either says to the other until both have ended or one has broken off. */
    static void join(SocketChannel one, SocketChannel other) throws InterruptedException {
        Thread back = Thread.ofVirtual().start(() -> copy(one, other));
        copy(other, one);
        back.join();
    }

    /** Copies to the end, and passes the end on; a break ends both directions. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                writeAll(to, buffer.flip());
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            close(from);
            close(to);
        }
    }

    /** Writes all that is left in a buffer. */
    static void writeAll(SocketChannel to, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    /**
     * Reads so many bytes.
     *
     * @return what was read, from its beginning
     * @throws EOFException when they do not come
     */
    static ByteBuffer read(SocketChannel from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }

    /** Closes what is of no further use. */
    static void close(AutoCloseable used) {
        try {
            used.close();
        } catch (Exception _) {
            // It is of no further use either way.
        }
    }
}
