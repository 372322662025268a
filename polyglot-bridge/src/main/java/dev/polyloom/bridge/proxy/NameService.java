// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Stands in a namespace for a name server that listens on a loopback address of the host: it
 * listens on the same address and passes on what it is asked through the host's {@link Outlet}. So
 * programs need no other {@code resolv.conf}. Knows only the JDK.
 */
final class NameService {

    private static final int QUESTIONS_MAX = 128;

    private final Carrier carrier;
    private final DatagramSocket datagrams;
    private final Semaphore room = new Semaphore(QUESTIONS_MAX);

    private NameService(Carrier carrier, DatagramSocket datagrams) {
        this.carrier = carrier;
        this.datagrams = datagrams;
    }

    /** Listens from now on until the program ends. */
    static void start(InetAddress address, Carrier carrier) throws IOException {
        InetSocketAddress port = Outlet.resolver(address);
        DatagramSocket datagrams = new DatagramSocket(port);
        boolean done = false;
        try {
            carrier.listen(port, Outlet.STREAM);
            NameService service = new NameService(carrier, datagrams);
            Thread.ofPlatform().name("questions").daemon(true).start(service::receive);
            done = true;
        } finally {
            if (!done) {
                datagrams.close();
            }
        }
    }

    private void receive() {
        byte[] buffer = new byte[Outlet.MESSAGE_BYTES_MAX];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                if (room.tryAcquire()) { // Who gets no answer asks again.
                    byte[] question = Arrays.copyOf(buffer, packet.getLength());
                    Thread.ofVirtual().start(() -> answer(question, packet.getSocketAddress()));
                }
            }
        } catch (IOException _) {
            // The program ends.
        }
    }

    private void answer(byte[] question, SocketAddress asker) {
        try (SocketChannel host = carrier.ask(Outlet.QUERY)) {
            ByteBuffer framed = ByteBuffer.allocate(2 + question.length);
            Streams.writeAll(host, framed.putShort((short) question.length).put(question).flip());
            int length = Streams.read(host, 2).getShort() & 0xffff;
            datagrams.send(new DatagramPacket(Streams.read(host, length).array(), length, asker));
        } catch (IOException _) {
            // Who gets no answer asks again.
        } finally {
            room.release();
        }
    }
}
