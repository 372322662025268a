// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Name servers of the host's loopback address, asked from inside a namespace. */
@Timeout(120)
final class NameServiceTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Asks as a program does: the address, the question. */
    static final class Asker {

        private Asker() {}

        public static void main(String[] arguments) throws IOException {
            byte[] question = arguments[1].getBytes(US_ASCII);
            InetAddress server = InetAddress.ofLiteral(arguments[0]);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(server, Outlet.DNS_PORT);
                socket.setSoTimeout(20_000);
                socket.send(new DatagramPacket(question, question.length));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                IO.print(new String(answer.getData(), 0, answer.getLength(), US_ASCII));
            }
        }
    }

    /** Answers one datagram. */
    private static void answer(DatagramSocket socket) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            socket.receive(packet);
            byte[] answer =
                    (new String(packet.getData(), 0, packet.getLength(), US_ASCII) + " here")
                            .getBytes(US_ASCII);
            socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (IOException _) {
            // The test tells.
        }
    }

    /** Answers one connection. */
    private static void answer(ServerSocket server) {
        try (Socket socket = server.accept()) {
            var in = new DataInputStream(socket.getInputStream());
            byte[] question = in.readNBytes(in.readUnsignedShort());
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(question.length);
            out.write(question);
        } catch (IOException _) {
            // The test tells.
        }
    }

    private static SequencedMap<InetAddress, InetSocketAddress> at(int port) {
        SequencedMap<InetAddress, InetSocketAddress> resolvers = new LinkedHashMap<>();
        resolvers.put(InetAddress.ofLiteral("127.0.0.53"), new InetSocketAddress(LOOPBACK, port));
        resolvers.put(LOOPBACK, new InetSocketAddress(LOOPBACK, port));
        return resolvers;
    }

    @Test
    void datagramsGoToTheHostsNameServerAndBack() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
                NamespaceNetwork network = Namespaces.open()) {
            network.resolve(at(server.getLocalPort()));
            Thread.ofVirtual().start(() -> answer(server));
            Process asker =
                    new ProcessBuilder(
                                    network.inside(
                                            List.of(
                                                    Path.of(
                                                                    System.getProperty("java.home"),
                                                                    "bin",
                                                                    "java")
                                                            .toString(),
                                                    "-cp",
                                                    classes(Asker.class)
                                                            + ":"
                                                            + classes(Outlet.class),
                                                    Asker.class.getName(),
                                                    "127.0.0.53",
                                                    "who?")))
                            .redirectErrorStream(true)
                            .start();
            assertThat(asker.inputReader().readAllAsString()).isEqualTo("who? here");
        }
    }

    private static String classes(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    @Test
    void connectionsGoToTheHostsNameServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                NamespaceNetwork network = Namespaces.open()) {
            network.resolve(at(server.getLocalPort()));
            Thread.ofVirtual().start(() -> answer(server));
            try (SocketChannel channel = network.connect(Outlet.DNS_PORT)) {
                byte[] question = "a long question".getBytes(US_ASCII);
                ByteBuffer framed = ByteBuffer.allocate(2 + question.length);
                Streams.writeAll(
                        channel, framed.putShort((short) question.length).put(question).flip());
                assertThat(Streams.read(channel, framed.capacity())).isEqualTo(framed.flip());
            }
        }
    }

    @Test
    void anAddressThatIsNotThereIsTold() throws Exception {
        SequencedMap<InetAddress, InetSocketAddress> resolvers = new LinkedHashMap<>();
        resolvers.put(InetAddress.ofLiteral("192.0.2.1"), new InetSocketAddress(LOOPBACK, 1));
        try (NamespaceNetwork network = Namespaces.open()) {
            assertThatThrownBy(() -> network.resolve(resolvers))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("192.0.2.1");
        }
    }
}
