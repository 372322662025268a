// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The host's own network: its ports are everybody's. The replica's processes are known by a
 * variable that they inherit.
 */
final class SharedNetwork implements ReplicaNetwork {

    private static final Duration KILL_MAX = Duration.ofSeconds(5);
    private static final String VARIABLE = "POLYLOOM_REPLICA";
    private static final List<String> LOOPBACKS = List.of("127.0.0.1", "::1");

    private final String replica = UUID.randomUUID().toString();
    private final Closing closing = new Closing();

    @Override
    public boolean own() {
        return false;
    }

    @Override
    public List<String> inside(List<String> command) {
        return command;
    }

    @Override
    public Map<String, String> variables() {
        return Map.of(VARIABLE, replica, HOST_VARIABLE, LOOPBACKS.getFirst());
    }

    @Override
    public Map<String, String> proxyVariables() {
        return Map.of();
    }

    @Override
    public SocketChannel connect(int port) throws IOException {
        return loopback(port);
    }

    /** Connects to a port of this machine's loopback address, of whichever family it listens on. */
    static SocketChannel loopback(int port) throws IOException {
        IOException failure = null;
        for (String address : LOOPBACKS) {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.connect(new InetSocketAddress(InetAddress.getByName(address), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return channel;
            } catch (IOException e) {
                channel.close();
                failure = failure == null ? e : failure;
            }
        }
        throw failure == null ? new IOException("no loopback address") : failure;
    }

    @Override
    public boolean closed() {
        return closing.done();
    }

    @Override
    public void close() {
        closing.once(() -> ProcessSweep.kill(this::belongs, KILL_MAX));
    }

    private boolean belongs(Path process) {
        try {
            String environment =
                    Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + VARIABLE + "=" + replica + "\0");
        } catch (IOException _) {
            return false; // It has ended, or is another user's.
        }
    }
}
