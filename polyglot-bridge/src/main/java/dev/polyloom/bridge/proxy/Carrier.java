// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;

/**
 * The inner end of a host's {@link Outlet}, in a namespace. Knows only the JDK.
 *
 * @param outlet the outlet's socket
 * @param number which name server is wanted, if one is
 */
record Carrier(UnixDomainSocketAddress outlet, int number) {

    private static final int CONNECTIONS_MAX = 256;

    /** A connection for something that the outlet does, which the caller must close. */
    SocketChannel ask(int kind) throws IOException {
        SocketChannel host = SocketChannel.open(outlet);
        boolean done = false;
        try {
            Streams.writeAll(host, ByteBuffer.wrap(new byte[] {(byte) kind, (byte) number}));
            done = true;
            return host;
        } finally {
            if (!done) {
                host.close();
            }
        }
    }

    /**
     * Carries each connection to a port there until the program ends.
     *
     * @param port zero for any
     * @return the port
     */
    int listen(InetSocketAddress port, int kind) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        boolean done = false;
        try {
            server.bind(port);
            Thread.ofPlatform().name("outwards").daemon(true).start(() -> accept(server, kind));
            done = true;
            return ((InetSocketAddress) server.getLocalAddress()).getPort();
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    private void accept(ServerSocketChannel server, int kind) {
        Semaphore room = new Semaphore(CONNECTIONS_MAX);
        try {
            while (true) {
                room.acquire();
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> carry(client, kind, room));
            }
        } catch (IOException _) {
            // The program ends.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(SocketChannel client, int kind, Semaphore room) {
        try (client;
                SocketChannel host = ask(kind)) {
            Streams.join(client, host);
        } catch (IOException _) {
            // Closing it tells the client.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }
}
