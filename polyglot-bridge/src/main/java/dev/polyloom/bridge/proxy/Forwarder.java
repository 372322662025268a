// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The program that holds a network namespace: it carries connections from a Unix socket to the
 * ports inside. A connection begins with the port in two bytes, answered by one byte, {@link
 * #CONNECTED} or {@link #REFUSED}.
 *
 * <p>It lives as long as its standard input, which its host holds open, and when it ends it takes
 * every process of the namespace with it, so that none outlives the host, and the one that it was
 * told to {@link #OWN}. Knows only the JDK.
 */
final class Forwarder {

    static final int CONNECTED = 1;
    static final int REFUSED = 0;

    /** What it prints once connections can come. */
    static final String READY = "ready";

    /** Begins the line that names a process outside that is to end with this one. */
    static final String OWN = "own ";

    /** Begins the line with an address and a port that it tries to connect to. */
    static final String DIAL = "dial ";

    /** What it answers when it could. */
    static final String DIALED = "dialed";

    /** What it answers when it was told that nobody listens. */
    static final String NOBODY = "nobody";

    /** The longest that it tries. */
    static final Duration DIAL_MAX = Duration.ofSeconds(1);

    private static final Path SELF = Path.of("/proc/self");
    private static final Duration KILL_MAX = Duration.ofSeconds(4);
    private static final int PIECE_BYTES = 16 << 10;

    private Forwarder() {}

    /** Runs until standard input ends; the argument is the path of the socket to listen on. */
    public static void main(String[] arguments) throws IOException {
        String network = ProcessSweep.networkOf(SELF);
        Optional<ProcessHandle> owned = Optional.empty();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            Loopback.up();
            server.bind(UnixDomainSocketAddress.of(arguments[0]));
            Thread.ofPlatform().name("accept").daemon(true).start(() -> accept(server));
            say(out, READY);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(OWN)) {
                    owned = ProcessHandle.of(Long.parseLong(line.substring(OWN.length())));
                } else if (line.startsWith(DIAL)) {
                    say(out, dial(line.substring(DIAL.length()).split(" ")));
                }
            }
        } finally {
            var _ = ProcessSweep.killNetwork(network, KILL_MAX);
            owned.ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static void say(FileOutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String dial(String[] addressAndPort) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(addressAndPort[0], Integer.parseInt(addressAndPort[1])),
                    (int) DIAL_MAX.toMillis());
            return DIALED;
        } catch (ConnectException _) {
            return NOBODY;
        } catch (IOException e) {
            return "failed: " + e;
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
