// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One WebSocket to a server that sends back what it gets: one short text, the same each time, so
 * that the client costs little beside the server. Confined to one thread.
 */
final class EchoConnection implements AutoCloseable {

    private static final int HANDSHAKE_MILLIS_MAX = 60_000;
    private static final int HEAD_BYTES_MAX = 8_192;
    private static final int SHORT_MAX = 125;
    private static final int HEAD_BYTES = 2;
    private static final int FINAL = 0x80;
    private static final int TEXT = FINAL | 1;
    private static final int PING = FINAL | 9;
    private static final int PONG = FINAL | 10;
    private static final byte[] MASK = {0x1f, 0x5a, 0x33, 0x74};
    private static final byte[] TEXT_BYTES =
            "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MESSAGE = masked(TEXT, TEXT_BYTES);
    private static final String HANDSHAKE =
            """
             HTTP/1.1
            host: 127.0.0.1
            connection: Upgrade
            upgrade: websocket
            sec-websocket-version: 13
            sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==

            """
                    .replace("\n", "\r\n");

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(2 * (HEAD_BYTES + SHORT_MAX));
    private long sentNanos;

    private EchoConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects and waits for the end of the handshake. */
    static EchoConnection open(int port, String path) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean done = false;
        try {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().setSoTimeout(HANDSHAKE_MILLIS_MAX);
            channel.write(
                    ByteBuffer.wrap(
                            ("GET " + path + HANDSHAKE).getBytes(StandardCharsets.US_ASCII)));
            String answer = head(channel.socket().getInputStream());
            if (!answer.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("the handshake was answered with " + answer.lines().toList());
            }
            channel.configureBlocking(false);
            done = true;
            return new EchoConnection(channel);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > HEAD_BYTES_MAX) {
                throw new EOFException("no answer to the handshake but: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static byte[] masked(int first, byte[] payload) {
        byte[] frame = new byte[HEAD_BYTES + MASK.length + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (FINAL | payload.length);
        System.arraycopy(MASK, 0, frame, HEAD_BYTES, MASK.length);
        for (int i = 0; i < payload.length; i++) {
            frame[HEAD_BYTES + MASK.length + i] = (byte) (payload[i] ^ MASK[i % MASK.length]);
        }
        return frame;
    }

    SocketChannel channel() {
        return channel;
    }

    /** When the last message was sent, as {@link System#nanoTime} counts. */
    long sentNanos() {
        return sentNanos;
    }

    /** Sends the message. */
    void send() throws IOException {
        sentNanos = System.nanoTime();
        write(MESSAGE);
    }

    private void write(byte[] frame) throws IOException {
        if (channel.write(ByteBuffer.wrap(frame)) != frame.length) {
            throw new IOException("the server takes no more of a message of some bytes");
        }
    }

    /** Reads what has come, answers pings, and returns how many messages came back. */
    int receive() throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("the server ended a connection");
        }
        in.flip();
        int messages = 0;
        while (in.remaining() >= HEAD_BYTES) {
            int length = in.get(in.position() + 1);
            if (length < 0 || length > SHORT_MAX) {
                throw new IOException("the server sent a frame that is masked or too long");
            }
            if (in.remaining() < HEAD_BYTES + length) {
                break;
            }
            int first = in.get() & 0xff;
            in.get();
            byte[] payload = new byte[length];
            in.get(payload);
            switch (first) {
                case TEXT -> {
                    if (!Arrays.equals(payload, TEXT_BYTES)) {
                        throw new IOException("the server sent back something else");
                    }
                    messages++;
                }
                case PING -> write(masked(PONG, payload));
                case PONG -> {
                    // Nobody asked for it.
                }
                default ->
                        throw new IOException("the server sent a frame that begins with " + first);
            }
        }
        in.compact();
        return messages;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
