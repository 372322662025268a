// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static dev.polyloom.host.embed.Http2Client.DATA;
import static dev.polyloom.host.embed.Http2Client.END_HEADERS;
import static dev.polyloom.host.embed.Http2Client.HEADERS;
import static dev.polyloom.host.embed.Http2Client.RST_STREAM;
import static dev.polyloom.host.embed.Http2Client.block;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.host.terminal.Line;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets of Java functions, over HTTP/1.1 and HTTP/2. */
final class JavaSocketTest {

    private static final String CHAT =
            """
            import dev.polyloom.sdk.*;

            public class Chat implements WebSocketHandler, HttpHandler {

                public HttpResponse handle(HttpRequest request) {
                    return HttpResponse.text("plain");
                }

                public void handle(WebSocket socket) throws Exception {
                    var name = socket.request().query("name").orElse("nobody");
                    if (name.equals("refused")) {
                        throw new HttpError(401, "who?");
                    }
                    if (socket.subprotocols().contains("v2")) {
                        socket.accept("v2");
                    }
                    socket.send("hello " + name + " " + socket.request().path());
                    while (true) {
                        switch (socket.receive()) {
                            case WebSocket.Message.Text(String text) -> {
                                if (text.equals("fail")) {
                                    throw new IllegalStateException("on purpose");
                                }
                                if (text.equals("bye")) {
                                    socket.close(4001, "so long");
                                }
                                socket.send(text.toUpperCase());
                            }
                            case WebSocket.Message.Binary(byte[] data) -> socket.send(data);
                            case WebSocket.Message.Closed(int code, String reason) -> {
                                return;
                            }
                        }
                    }
                }

                public static class Only implements WebSocketHandler {
                    public void handle(WebSocket socket) throws Exception {
                        socket.send("once");
                    }
                }
            }
            """;

    @TempDir static Path folder;

    private static TestHost host;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        host = TestHost.serve(Files.writeString(folder.resolve("Talk.java"), CHAT));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        host.close();
    }

    private static final class Inbox implements WebSocket.Listener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(events.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            events.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("closed " + code + " " + reason);
            return null;
        }
    }

    private static WebSocket connect(Inbox inbox, String path) {
        return client.newWebSocketBuilder()
                .subprotocols("v1", "v2")
                .buildAsync(URI.create(host.host.url().replace("http:", "ws:") + path), inbox)
                .join();
    }

    @Test
    void talks() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/talk-chat-dev/room?name=ann");
        assertThat(socket.getSubprotocol()).isEqualTo("v2");
        assertThat(inbox.next()).isEqualTo("hello ann /room");
        socket.sendText("what", true).join();
        assertThat(inbox.next()).isEqualTo("WHAT");
        socket.sendText("bye", true).join();
        assertThat(inbox.next()).isEqualTo("closed 4001 so long");
    }

    @Test
    void closesWhenTheHandlerReturns() throws Exception {
        var inbox = new Inbox();
        connect(inbox, "/talk-only-dev/");
        assertThat(inbox.next()).isEqualTo("once");
        assertThat(inbox.next()).isEqualTo("closed 1000 ");
    }

    @Test
    void tellsOfFailures() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/talk-chat-dev/");
        assertThat(inbox.next()).isEqualTo("hello nobody /");
        socket.sendText("fail", true).join();
        assertThat(inbox.next()).startsWith("closed 1011");
        TestHost.await("told", () -> !host.lines(Line.Failed.class).isEmpty());
        assertThat(host.lines(Line.Failed.class).getFirst().error().message())
                .isEqualTo("on purpose");
    }

    @Test
    void refusesWithAStatus() {
        assertThatThrownBy(() -> connect(new Inbox(), "/talk-chat-dev/?name=refused"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
    }

    @Test
    void answersPlainRequestsBesides() throws Exception {
        assertThat(host.get("/talk-chat-dev/").body()).isEqualTo("plain");
        assertThat(host.get("/talk-only-dev/").statusCode()).isEqualTo(426);
    }

    /** A frame with a mask of zeros. */
    private static byte[] frame(int first, byte[] payload) {
        var frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    private static byte[] connectTo(String path, String protocol) {
        return block(
                ":method",
                "CONNECT",
                ":protocol",
                protocol,
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "x",
                "sec-websocket-version",
                "13");
    }

    @Test
    void talksOverStreamsOfHttp2() throws Exception {
        try (var http2 = new Http2Client(host)) {
            for (var stream = 1; stream <= 3; stream += 2) {
                http2.send(
                        HEADERS,
                        END_HEADERS,
                        stream,
                        connectTo("/talk-chat-dev/?name=s" + stream, "websocket"));
                var head = http2.next(HEADERS);
                // The status 200 as the static table has it, and no end of the stream.
                assertThat(head.payload()[0]).isEqualTo((byte) 0x88);
                assertThat(head.ends()).isFalse();
                assertThat(http2.next(DATA).text()).contains("hello s" + stream);
            }
            http2.send(DATA, 0, 3, frame(0x81, "three".getBytes(UTF_8)));
            assertThat(http2.next(DATA).text()).contains("THREE");
            http2.send(DATA, 0, 1, frame(0x81, "one".getBytes(UTF_8)));
            assertThat(http2.next(DATA).text()).contains("ONE");
            http2.send(DATA, 0, 3, frame(0x88, new byte[] {3, (byte) 0xe8}));
            var close = http2.next(DATA);
            assertThat(close.stream()).isEqualTo(3);
            assertThat(close.payload()).isEqualTo(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
            assertThat(http2.next(DATA).ends()).isTrue();
            // A client that resets its stream has gone; the connection lives on.
            http2.send(RST_STREAM, 0, 1, Http2Client.number(8));
            http2.get(5, "/talk-chat-dev/");
            assertThat(http2.body(5)).asString().isEqualTo("plain");
        }
    }

    @Test
    void connectsToNothingButWebSockets() throws Exception {
        try (var http2 = new Http2Client(host)) {
            http2.send(HEADERS, END_HEADERS, 1, connectTo("/talk-chat-dev/", "connect-udp"));
            assertThat(http2.next(DATA).text()).contains("\"status\":501");
        }
    }
}
