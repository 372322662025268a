// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The client's side of a WebSocket (RFC 6455) over a connection to a server, without extensions.
 * One thread receives, any may send.
 */
final class UpstreamFrames {

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int NORMAL = 1000;
    static final int NO_CODE = 1005;
    static final int NO_HANDSHAKE = 1006;
    static final int TOO_BIG = 1009;
    static final int SERVER_ERROR = 1011;

    private static final int CONTINUATION = 0;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL_BYTES_MAX = 125;

    private final Upstream upstream;
    private final int messageBytesMax;
    private final ReentrantLock sending = new ReentrantLock();
    private boolean closeSent;

    /** What comes from the server. */
    sealed interface Message {
        record Text(String text) implements Message {}

        record Binary(byte[] data) implements Message {}

        record Closed(int code, String reason) implements Message {}
    }

    private record Frame(boolean last, int opcode, byte[] payload) {}

    UpstreamFrames(Upstream upstream, int messageBytesMax) {
        this.upstream = upstream;
        this.messageBytesMax = messageBytesMax;
    }

    /** The next message; blocks. After {@link Message.Closed} there is none. */
    Message receive() throws BadGatewayException {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);
        int opcode = CONTINUATION;
        while (true) {
            Frame frame = frame(pieces.size());
            switch (frame.opcode()) {
                case PING -> send(PONG, frame.payload());
                case PONG -> {
                    // Nobody asked for it.
                }
                case CLOSE -> {
                    return closed(frame.payload());
                }
                case CONTINUATION, TEXT, BINARY -> {
                    if ((frame.opcode() == CONTINUATION) == (opcode == CONTINUATION)) {
                        throw new BadGatewayException("the server mixes up the frames of messages");
                    }
                    opcode = opcode == CONTINUATION ? frame.opcode() : opcode;
                    pieces.writeBytes(frame.payload());
                    if (frame.last()) {
                        byte[] data = pieces.toByteArray();
                        return opcode == TEXT
                                ? new Message.Text(text(data))
                                : new Message.Binary(data);
                    }
                }
                default -> throw new BadGatewayException("the server sent an unknown frame");
            }
        }
    }

    private Frame frame(int before) throws BadGatewayException {
        byte[] head = new byte[2];
        upstream.readFully(head);
        int opcode = head[0] & 0x0f;
        if ((head[0] & 0x70) != 0 || (head[1] & 0x80) != 0) {
            throw new BadGatewayException("the server sent a frame that no client may get");
        }
        long length = head[1] & 0x7f;
        if (length > CONTROL_BYTES_MAX) {
            if (opcode >= CLOSE) {
                throw new BadGatewayException("the server sent a control frame that is too long");
            }
            byte[] extended = new byte[length == 126 ? 2 : 8];
            upstream.readFully(extended);
            length = 0;
            for (byte b : extended) {
                length = length << 8 | (b & 0xff);
            }
        }
        if (length < 0 || before + length > messageBytesMax) {
            throw new TooBigException(messageBytesMax);
        }
        byte[] payload = new byte[(int) length];
        upstream.readFully(payload);
        return new Frame((head[0] & 0x80) != 0, opcode, payload);
    }

    private static String text(byte[] data) throws BadGatewayException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(data))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new BadGatewayException("the server sent a text that is not UTF-8");
        }
    }

    private static Message closed(byte[] payload) throws BadGatewayException {
        if (payload.length < 2) {
            return new Message.Closed(NO_CODE, "");
        }
        int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        byte[] reason = new byte[payload.length - 2];
        System.arraycopy(payload, 2, reason, 0, reason.length);
        return new Message.Closed(code, text(reason));
    }

    // Sending

    void text(String text) throws BadGatewayException {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    void binary(byte[] data) throws BadGatewayException {
        send(BINARY, data);
    }

    /** Sends the close frame; a second call does nothing. */
    void close(int code, String reason) throws BadGatewayException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[code == NO_CODE ? 0 : 2 + text.length];
        if (code != NO_CODE) {
            payload[0] = (byte) (code >> 8);
            payload[1] = (byte) code;
            System.arraycopy(text, 0, payload, 2, text.length);
        }
        sending.lock();
        try {
            send(CLOSE, payload);
            closeSent = true;
        } finally {
            sending.unlock();
        }
    }

    private void send(int opcode, byte[] data) throws BadGatewayException {
        int extended = data.length <= CONTROL_BYTES_MAX ? 0 : data.length < 1 << 16 ? 2 : 8;
        ByteBuffer frame = ByteBuffer.allocate(2 + extended + 4 + data.length);
        frame.put((byte) (0x80 | opcode));
        switch (extended) {
            case 0 -> frame.put((byte) (0x80 | data.length));
            case 2 -> frame.put((byte) (0x80 | 126)).putShort((short) data.length);
            default -> frame.put((byte) (0x80 | 127)).putLong(data.length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        frame.putInt(mask);
        for (int i = 0; i < data.length; i++) {
            frame.put((byte) (data[i] ^ mask >>> (24 - 8 * (i & 3))));
        }
        sending.lock();
        try {
            if (!closeSent) {
                upstream.write(frame.array(), 0, frame.capacity());
            }
        } finally {
            sending.unlock();
        }
    }
}
