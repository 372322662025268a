// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** HTTP clients in a namespace that has no way out. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
final class ForwardProxyTest {

    private static final int LARGE = 5 << 20;

    private NamespaceNetwork network;
    private HttpServer server;

    @BeforeAll
    void open() throws Exception {
        network = Namespaces.open();
        network.proxy();
        server = HttpServer.create(new InetSocketAddress(Namespaces.addressOfThisMachine(), 0), 0);
        server.createContext("/", ForwardProxyTest::tell);
        server.start();
    }

    @AfterAll
    void close() {
        if (network != null) {
            network.close();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    /** Answers with what was asked. */
    private static void tell(HttpExchange exchange) throws IOException {
        try (exchange) {
            int size = exchange.getRequestBody().readAllBytes().length;
            byte[] answer =
                    (exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + new TreeMap<>(exchange.getRequestHeaders())
                                    + " "
                                    + size)
                            .getBytes(ISO_8859_1);
            exchange.getResponseHeaders().set("Keep-Alive", "timeout=5");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String authority() {
        return server.getAddress().getAddress().getHostAddress()
                + ":"
                + server.getAddress().getPort();
    }

    private SocketChannel connect() throws IOException {
        String address = network.proxyVariables().getOrDefault("http_proxy", "");
        return network.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private String exchange(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            Streams.writeAll(channel, ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            return new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void anExchangeGoesToTheServerItNames() throws Exception {
        String answer =
                exchange(
                        "GET http://"
                                + authority()
                                + "/a?b=c HTTP/1.1\r\nHost: other\r\nProxy-Connection: keep-alive\r\n"
                                + "X-Mine: 1\r\nX-Hop: 2\r\nConnection: X-Hop\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Connection: close\r\n", "GET /a?b=c {Connection=[close], Host=[")
                .contains("Host=[" + authority() + "]", "X-mine=[1]", " 0")
                .doesNotContainIgnoringCase("keep-alive")
                .doesNotContain("X-hop");
    }

    @Test
    void largeBodiesStream() throws Exception {
        String head =
                "POST http://"
                        + authority()
                        + "/ HTTP/1.1\r\nContent-Length: "
                        + LARGE
                        + "\r\n\r\n";
        assertThat(exchange(head + "x".repeat(LARGE))).endsWith(" " + LARGE);
        String chunked =
                "POST http://" + authority() + "/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = Integer.toHexString(LARGE) + "\r\n" + "x".repeat(LARGE) + "\r\n";
        assertThat(exchange(chunked + chunk + "0\r\n\r\n")).endsWith(" " + LARGE);
    }

    @Test
    void aTunnelCarriesBytesBothWaysUntilBothEnd() throws Exception {
        try (ServerSocket echo = new ServerSocket(0, 1, Namespaces.addressOfThisMachine());
                SocketChannel channel = connect()) {
            Thread.ofVirtual().start(() -> echo(echo));
            String target = echo.getInetAddress().getHostAddress() + ":" + echo.getLocalPort();
            String established = "HTTP/1.1 200 Connection established\r\n\r\n";
            Streams.writeAll(
                    channel,
                    ByteBuffer.wrap(
                            ("CONNECT " + target + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                    .getBytes(ISO_8859_1)));
            assertThat(new String(Streams.read(channel, established.length()).array(), ISO_8859_1))
                    .isEqualTo(established);
            byte[] sent = new byte[] {1, 0, -1, 10};
            for (int i = 0; i < 3; i++) {
                Streams.writeAll(channel, ByteBuffer.wrap(sent));
                assertThat(Streams.read(channel, sent.length).array()).isEqualTo(sent);
            }
            channel.shutdownOutput();
            assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
        }
    }

    private static void echo(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException _) {
            // The test tells.
        }
    }

    @Test
    void whatCannotBeDoneIsTold() throws Exception {
        int nobodys;
        try (ServerSocket closed = new ServerSocket(0, 1, Namespaces.addressOfThisMachine())) {
            nobodys = closed.getLocalPort();
        }
        String address = server.getAddress().getAddress().getHostAddress();
        assertThat(exchange("CONNECT " + address + ":" + nobodys + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("refused");
        assertThat(exchange("CONNECT localhost:22 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("the host itself");
        assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET http://a.test/ HTTP/1.1\r\nA: \1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET http://a.test/ HTTP/1.1\r\n" + "A: b\r\n".repeat(300)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aProxyThatTheUserNamesStays() {
        Map<String, String> environment = new HashMap<>(Map.of("no_proxy", "a.test"));
        network.complete(environment);
        assertThat(environment)
                .contains(entry("no_proxy", "a.test"), entry("NO_PROXY", "localhost,127.0.0.1,::1"))
                .containsKeys("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY");
        Map<String, String> named = new HashMap<>(Map.of("HTTPS_PROXY", "http://p.test:1"));
        network.complete(named);
        assertThat(named).containsOnly(entry("HTTPS_PROXY", "http://p.test:1"));
    }
}
