// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The program that holds a network namespace: it carries connections from a Unix socket to the
 * ports inside. A connection begins with the port in two bytes, answered by one byte, {@link
 * #CONNECTED} or {@link #REFUSED}.
 *
 * <p>It lives as long as its standard input, which its host holds open, and when it ends it takes
 * every process of the namespace with it, so that none outlives the host. Knows only the JDK.
 */
final class Forwarder {

    static final int CONNECTED = 1;
    static final int REFUSED = 0;

    /** What it prints once connections can come. */
    static final String READY = "ready";

    private static final Path SELF = Path.of("/proc/self");
    private static final Duration KILL_MAX = Duration.ofSeconds(4);
    private static final int PIECE_BYTES = 16 << 10;

    private Forwarder() {}

    /** Runs until standard input ends; the argument is the path of the socket to listen on. */
    public static void main(String[] arguments) throws IOException {
        String network = ProcessSweep.networkOf(SELF);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            Loopback.up();
            server.bind(UnixDomainSocketAddress.of(arguments[0]));
            Thread.ofPlatform().name("accept").daemon(true).start(() -> accept(server));
            out.write((READY + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            while (System.in.read() >= 0) {
                // Nothing is said; the end is what is waited for.
            }
        } finally {
            var _ = ProcessSweep.killNetwork(network, KILL_MAX);
        }
    }

    private static void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // The program ends.
        }
    }

    private static void serve(SocketChannel client) {
        try (client) {
            ByteBuffer port = ByteBuffer.allocate(2);
            while (port.hasRemaining()) {
                if (client.read(port) < 0) {
                    return;
                }
            }
            SocketChannel server;
            try {
                server = SharedNetwork.loopback(port.flip().getShort() & 0xffff);
            } catch (IOException _) {
                client.write(ByteBuffer.wrap(new byte[] {REFUSED}));
                return;
            }
            try (server) {
                client.write(ByteBuffer.wrap(new byte[] {CONNECTED}));
                Thread up = Thread.ofVirtual().start(() -> copy(client, server));
                copy(server, client);
                up.join();
            }
        } catch (IOException _) {
            // Either end has broken off; closing both tells the other.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies to the end, and passes the end on; a break ends both directions. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no further use either way.
        }
    }
}
