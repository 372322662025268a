// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.opentest4j.TestAbortedException;

/** A DNS server that knows one IPv4 address for every name, and no other records. */
final class NameServer implements AutoCloseable {

    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final short ANSWERED = (short) 0x8180;
    private static final short TYPE_A = 1;
    private static final short CLASS_IN = 1;
    private static final short SAME_NAME = (short) 0xc00c;

    private final DatagramSocket socket;
    private final byte[] address;

    private NameServer(DatagramSocket socket, byte[] address) {
        this.socket = socket;
        this.address = address;
    }

    /** Listens, or skips the test where that is not allowed. */
    static NameServer open(String at, String known) {
        DatagramSocket socket;
        try {
            socket = new DatagramSocket(PORT, InetAddress.ofLiteral(at));
        } catch (SocketException e) {
            throw new TestAbortedException("no name server can listen: " + e.getMessage(), e);
        }
        NameServer server = new NameServer(socket, InetAddress.ofLiteral(known).getAddress());
        Thread.ofVirtual().name("name-server").start(server::run);
        return server;
    }

    private void run() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException _) {
            // It is closed.
        }
    }

    private byte[] answer(ByteBuffer question) {
        int end = HEADER;
        while (question.get(end) != 0) {
            end += 1 + question.get(end);
        }
        boolean known = question.getShort(end + 1) == TYPE_A;
        end += 5;
        ByteBuffer answer = ByteBuffer.allocate(end + 16);
        answer.putShort(question.getShort(0)).putShort(ANSWERED);
        answer.putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0);
        answer.put(question.slice(HEADER, end - HEADER));
        if (known) {
            answer.putShort(SAME_NAME).putShort(TYPE_A).putShort(CLASS_IN).putInt(1);
            answer.putShort((short) address.length).put(address);
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
