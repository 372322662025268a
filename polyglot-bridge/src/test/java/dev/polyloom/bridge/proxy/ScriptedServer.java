// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that reads a head and says exactly what it was told to say. */
final class ScriptedServer implements AutoCloseable {

    /** What to do with a connection whose head has been read. */
    @FunctionalInterface
    interface Script {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket socket;
    private final Thread accepting;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    ScriptedServer(Script script) throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accepting = Thread.ofVirtual().start(() -> accept(script));
    }

    /** One that answers with a text, its line ends as CR LF. */
    static ScriptedServer saying(String text) throws IOException {
        return new ScriptedServer(
                (_, out) -> out.write(text.replace("\n", "\r\n").getBytes(ISO_8859_1)));
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection, script));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void serve(Socket connection, Script script) {
        try (connection) {
            InputStream in = connection.getInputStream();
            String head = head(in);
            if (!head.isEmpty()) {
                heads.add(head);
                script.run(in, connection.getOutputStream());
            }
        } catch (IOException _) {
            // The proxy went away.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            bytes.write(c);
        }
        return bytes.toString(ISO_8859_1);
    }

    /** The head of the next request that came. */
    String request() throws InterruptedException {
        String head = heads.poll(10, TimeUnit.SECONDS);
        if (head == null) {
            throw new AssertionError("no request came");
        }
        return head;
    }

    Dialer dialer() {
        return () ->
                SocketChannel.open(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), socket.getLocalPort()));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            // Until then the port may still take a connection.
            accepting.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
