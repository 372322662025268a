// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server. One thread reads while another may write; any may close it. Every
 * failure is a {@link BadGatewayException}.
 */
final class Upstream implements AutoCloseable {

    private static final int BUFFER_BYTES = 32 << 10;
    private static final int LINE_BYTES_MAX = 64 << 10;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    Upstream(SocketChannel channel) {
        this.channel = channel;
    }

    void write(byte[] bytes, int offset, int length) throws BadGatewayException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw new BadGatewayException("the server takes no more of the request", e);
        }
    }

    void write(String latin) throws BadGatewayException {
        byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
        write(bytes, 0, bytes.length);
    }

    /** The bytes that can be read without waiting. */
    int available() {
        return buffer.remaining();
    }

    /** Reads some bytes; -1 at the end. */
    int read(byte[] target, int offset, int length) throws BadGatewayException {
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    /** Reads all of an array. */
    void readFully(byte[] target) throws BadGatewayException {
        for (int at = 0; at < target.length; ) {
            int count = read(target, at, target.length - at);
            if (count < 0) {
                throw new BadGatewayException("the server ended the connection too early");
            }
            at += count;
        }
    }

    /** The next byte, -1 at the end. */
    int next() throws BadGatewayException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    /** The next line without its end; null when there is nothing more. */
    @Nullable String line() throws BadGatewayException {
        StringBuilder line = new StringBuilder(80);
        while (true) {
            int c = next();
            if (c < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new BadGatewayException("the server ended the connection within a line");
            }
            if (c == '\n') {
                int end = line.length() - 1;
                if (end >= 0 && line.charAt(end) == '\r') {
                    line.setLength(end);
                }
                return line.toString();
            }
            if (line.length() >= LINE_BYTES_MAX) {
                throw new BadGatewayException(
                        "the server sent a line longer than " + LINE_BYTES_MAX + " bytes");
            }
            line.append((char) c);
        }
    }

    private boolean fill() throws BadGatewayException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        try {
            int count = channel.read(buffer);
            buffer.flip();
            return count > 0;
        } catch (IOException e) {
            buffer.limit(0);
            throw new BadGatewayException("the connection to the server broke", e);
        }
    }

    /** Says that nothing more will be written. */
    void end() throws BadGatewayException {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new BadGatewayException("the connection to the server broke", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no further use either way.
        }
    }
}
