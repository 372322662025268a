// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The host's side of what a namespace cannot reach by itself: the name servers on the host's own
 * loopback addresses, or, where it has no way out, everything that speaks HTTP. The {@link
 * Forwarder} connects to a Unix socket and says in two bytes what it wants, {@link #QUERY}, {@link
 * #STREAM} or {@link #PROXY}, and of which name server, by its number. Closed by its owner;
 * thread-safe.
 */
final class Outlet implements AutoCloseable {

    /** One question and one answer, as datagrams; each is preceded by its length in two bytes. */
    static final int QUERY = 1;

    /** A connection to it. */
    static final int STREAM = 2;

    /** A connection to an HTTP proxy; the number says nothing. */
    static final int PROXY = 3;

    /** The port of name servers. */
    static final int DNS_PORT = 53;

    static final int MESSAGE_BYTES_MAX = 0xffff;
    private static final int CONNECTIONS_MAX = 256;
    private static final int ANSWER_MILLIS_MAX = 10_000;

    private final ServerSocketChannel server;
    private final List<InetSocketAddress> resolvers;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);

    private Outlet(ServerSocketChannel server, List<InetSocketAddress> resolvers) {
        this.server = server;
        this.resolvers = resolvers;
    }

    /**
     * Listens.
     *
     * @param socket the path, which must not exist
     * @param resolvers the name servers, by their numbers
     */
    static Outlet open(Path socket, List<InetSocketAddress> resolvers) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Outlet outlet = new Outlet(server, List.copyOf(resolvers));
            Thread.ofVirtual().name("polyloom-outlet").start(outlet::accept);
            done = true;
            return outlet;
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    /** The address of the port that name servers use. */
    static InetSocketAddress resolver(InetAddress address) {
        return new InetSocketAddress(address, DNS_PORT);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                room.acquire();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // It is closed.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        open.add(client);
        try (client) {
            ByteBuffer wanted = Streams.read(client, 2);
            int kind = wanted.get();
            int number = wanted.get();
            if (!server.isOpen()) {
                return;
            }
            if (kind == QUERY) {
                ask(client, resolvers.get(number));
            } else if (kind == STREAM) {
                connect(client, resolvers.get(number));
            } else if (kind == PROXY) {
                ForwardProxy.serve(client);
            }
        } catch (IOException | IndexOutOfBoundsException _) {
            // Closing it tells the other side.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            room.release();
        }
    }

    private void ask(SocketChannel client, InetSocketAddress resolver) throws IOException {
        ByteBuffer question = Streams.read(client, Streams.read(client, 2).getShort() & 0xffff);
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(resolver);
            channel.write(question);
            ByteBuffer answer = ByteBuffer.allocate(2 + MESSAGE_BYTES_MAX).position(2);
            // Of a socket, because channels have no bound of time; one byte more tells nothing.
            var packet = new DatagramPacket(answer.array(), answer.position(), MESSAGE_BYTES_MAX);
            channel.socket().setSoTimeout(ANSWER_MILLIS_MAX);
            channel.socket().receive(packet);
            answer.putShort(0, (short) packet.getLength());
            Streams.writeAll(client, answer.position(0).limit(2 + packet.getLength()));
        }
    }

    private void connect(SocketChannel client, InetSocketAddress resolver)
            throws IOException, InterruptedException {
        try (SocketChannel channel = SocketChannel.open()) {
            open.add(channel);
            try {
                channel.connect(resolver);
                Streams.join(client, channel);
            } finally {
                open.remove(channel);
            }
        }
    }

    @Override
    public void close() {
        Streams.close(server);
        open.forEach(Streams::close);
    }
}
