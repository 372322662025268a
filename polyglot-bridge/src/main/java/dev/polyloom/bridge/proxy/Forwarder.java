// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    /** Begins the line with the number and address of a name server that it stands in for. */
    static final String RESOLVE = "resolve ";

    /** What it answers when it does. */
    static final String RESOLVING = "resolving";

    /** The line at which it lets HTTP clients go through the host. */
    static final String PROXY = "proxy";

    /** Begins what it answers when it does; the port follows. */
    static final String PROXYING = "proxying ";

    /** Where it does. */
    static final String PROXY_ADDRESS = "127.0.0.1";

    /** What it answers when it could. */
    static final String DIALED = "dialed";

    /** What it answers when it was told that nobody listens. */
    static final String NOBODY = "nobody";

    /** The longest that it tries. */
    static final Duration DIAL_MAX = Duration.ofSeconds(1);

    private static final Path SELF = Path.of("/proc/self");
    private static final Duration KILL_MAX = Duration.ofSeconds(4);

    private Forwarder() {}

    /**
     * Runs until standard input ends; the arguments are the paths of the socket to listen on and of
     * the host's {@link Outlet}.
     */
    public static void main(String[] arguments) throws IOException {
        String network = ProcessSweep.networkOf(SELF);
        UnixDomainSocketAddress outlet = UnixDomainSocketAddress.of(arguments[1]);
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
                } else if (line.startsWith(RESOLVE)) {
                    say(out, resolve(line.substring(RESOLVE.length()).split(" "), outlet));
                } else if (line.equals(PROXY)) {
                    say(out, proxy(outlet));
                }
            }
        } finally {
            var _ = ProcessSweep.killNetwork(network, KILL_MAX);
            owned.ifPresent(ProcessHandle::destroyForcibly);
            forget(Path.of(arguments[0]), Path.of(arguments[1]));
        }
    }

    /** Deletes sockets and their folder. */
    private static void forget(Path inwards, Path outwards) throws IOException {
        Files.deleteIfExists(inwards);
        Files.deleteIfExists(outwards);
        Files.deleteIfExists(inwards.toAbsolutePath().resolve("..").normalize());
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

    private static String resolve(String[] numberAndAddress, UnixDomainSocketAddress outlet) {
        try {
            NameService.start(
                    InetAddress.ofLiteral(numberAndAddress[1]),
                    new Carrier(outlet, Integer.parseInt(numberAndAddress[0])));
            return RESOLVING;
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    private static String proxy(UnixDomainSocketAddress outlet) {
        try {
            var any = new InetSocketAddress(InetAddress.ofLiteral(PROXY_ADDRESS), 0);
            return PROXYING + new Carrier(outlet, 0).listen(any, Outlet.PROXY);
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
            int port = Streams.read(client, 2).getShort() & 0xffff;
            SocketChannel server;
            try {
                server = SharedNetwork.loopback(port);
            } catch (IOException _) {
                client.write(ByteBuffer.wrap(new byte[] {REFUSED}));
                return;
            }
            try (server) {
                client.write(ByteBuffer.wrap(new byte[] {CONNECTED}));
                Streams.join(client, server);
            }
        } catch (IOException _) {
            // Either end has broken off; closing both tells the other.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
