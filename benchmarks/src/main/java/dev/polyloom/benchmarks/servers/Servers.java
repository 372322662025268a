// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Starts servers and ends those that run when it is closed. Thread-safe. */
public final class Servers implements AutoCloseable {

    private final Path logs;
    private final Set<ServerProcess> running = ConcurrentHashMap.newKeySet();

    /**
     * Makes one.
     *
     * @param logs the folder that the servers' output goes to
     */
    public Servers(Path logs) {
        this.logs = logs;
    }

    /** Makes the command once the port is known. */
    @FunctionalInterface
    public interface ForPort {
        /** The command that listens on the port. */
        Command command(int port);
    }

    /** Starts a server on a port that was free a moment ago. */
    public ServerProcess start(String name, ForPort maker) throws IOException {
        int port = freePort();
        Path log = Files.createTempFile(logs, name + "-", ".log");
        ServerProcess server = ServerProcess.start(maker.command(port), log, port);
        running.removeIf(other -> !other.alive());
        running.add(server);
        return server;
    }

    /** A port of the loopback address that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        running.forEach(ServerProcess::close);
        running.clear();
    }
}
