// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static dev.polyloom.host.embed.Http2Client.DATA;
import static dev.polyloom.host.embed.Http2Client.END_HEADERS;
import static dev.polyloom.host.embed.Http2Client.HEADERS;
import static dev.polyloom.host.embed.Http2Client.RST_STREAM;
import static dev.polyloom.host.embed.Http2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are slow on purpose. They cost the host their own connections, each for some
 * seconds, and nobody else anything.
 */
final class SlowClientsTest {

    private static final int CLIENTS = 50;
    private static final int TRICKLE_MILLIS = 200;
    private static final Duration END_MAX = Duration.ofSeconds(60);

    @TempDir static Path folder;

    private static TestHost host;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("s.py"), "say: say hi\necho: gather\n");
        host = TestHost.serve(folder);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    /** What a client says first, and then again and again. */
    private record Slow(String first, String trickle) {

        /** Says it until the host ends the connection; what the host said. */
        String run() throws IOException {
            var end = System.nanoTime() + END_MAX.toNanos();
            var heard = new StringBuilder();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), host.host.port())) {
                socket.setSoTimeout(TRICKLE_MILLIS);
                socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
                while (System.nanoTime() < end) {
                    try {
                        var octet = socket.getInputStream().read();
                        if (octet < 0) {
                            return heard.toString();
                        }
                        heard.append((char) octet);
                    } catch (SocketTimeoutException _) {
                        socket.getOutputStream()
                                .write(trickle.getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException _) {
                // It was cut while something was on its way.
                return heard.toString();
            }
            throw new IOException("the host keeps a slow client, having said: " + heard);
        }
    }

    private static List<Future<String>> all(ExecutorService clients, Slow slow) {
        var running = new ArrayList<Future<String>>();
        for (var i = 0; i < CLIENTS; i++) {
            running.add(clients.submit(slow::run));
        }
        return running;
    }

    @Test
    void areLetGoWhileOthersAreServed() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var heads =
                    all(clients, new Slow("GET /s-say-dev/ HTTP/1.1\r\nHost: x\r\n", "X: y\r\n"));
            var post = "POST /s-echo-dev/ HTTP/1.1\r\nHost: x\r\n";
            var bodies = all(clients, new Slow(post + "Content-Length: 10000\r\n\r\n", "x"));
            var chunks =
                    all(
                            clients,
                            new Slow(post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
            var silent = all(clients, new Slow("GET /", ""));
            while (!heads.stream().allMatch(Future::isDone)) {
                assertThat(host.get("/s-say-dev/").body()).isEqualTo("hi");
            }
            for (var head : heads) {
                assertThat(head.get(1, TimeUnit.MINUTES)).startsWith("HTTP/1.1 408 ");
            }
            for (var one : silent) {
                assertThat(one.get(1, TimeUnit.MINUTES)).startsWith("HTTP/1.1 408 ");
            }
            for (var body : bodies) {
                assertThat(body.get(1, TimeUnit.MINUTES)).doesNotContain(" 200 ");
            }
            for (var body : chunks) {
                assertThat(body.get(1, TimeUnit.MINUTES)).doesNotContain(" 200 ");
            }
        }
    }

    /** Its streams end, the connection stays: each could be somebody else's behind a proxy. */
    @Test
    void haveTheirStreamsResetOverHttp2() throws Exception {
        try (var client = new Http2Client(host)) {
            for (var stream = 1; stream <= 2 * CLIENTS; stream += 2) {
                client.send(HEADERS, END_HEADERS, stream, request("POST", "/s-echo-dev/"));
                client.send(DATA, 0, stream, new byte[1]);
            }
            var reset = new HashSet<Integer>();
            while (reset.size() < CLIENTS) {
                reset.add(client.next(RST_STREAM).stream());
            }
            client.get(2 * CLIENTS + 1, "/s-say-dev/");
            assertThat(client.body(2 * CLIENTS + 1)).asString().isEqualTo("hi");
        }
    }
}
