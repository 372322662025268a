// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.host.server.TransportConfig;
import dev.polyloom.host.server.WebSocketConfig;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
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

/** WebSockets over real connections. */
final class WebSocketTest {

    @TempDir static Path folder;

    private static TestHost host;
    private static TestHost impatient;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("ws.py"), "echo: echo\nclosed: deny\npush: push\n");
        host = TestHost.serve(folder);
        impatient =
                TestHost.serve(
                        folder,
                        config ->
                                config.withTransport(
                                        new TransportConfig(
                                                new WebSocketConfig(
                                                        1_000,
                                                        false,
                                                        Duration.ofMillis(50),
                                                        Duration.ofMillis(50)),
                                                Optional.empty(),
                                                true)));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        host.close();
        impatient.close();
    }

    /** What came in, one string an event. */
    private static final class Inbox implements WebSocket.Listener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int binary;

        String next() throws InterruptedException {
            return String.valueOf(events.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            binary += data.remaining();
            if (last) {
                events.add("binary " + binary);
                binary = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error " + error);
        }
    }

    private static WebSocket connect(Inbox inbox, String path, String... protocols) {
        var builder = client.newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        return builder.buildAsync(URI.create(host.host.url().replace("http:", "ws:") + path), inbox)
                .join();
    }

    @Test
    void echoesMessagesAndPongs() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/ws-echo-dev/");
        socket.sendText("grüß dich", true).join();
        assertThat(inbox.next()).isEqualTo("text grüß dich");
        socket.sendText("in ", false).join();
        socket.sendText("two", true).join();
        assertThat(inbox.next()).isEqualTo("text in two");
        socket.sendBinary(ByteBuffer.allocate(200_000), true).join();
        assertThat(inbox.next()).isEqualTo("binary 200000");
        socket.sendPing(ByteBuffer.allocate(7)).join();
        socket.sendText("x", true).join();
        assertThat(inbox.next()).isEqualTo("pong 7");
        assertThat(inbox.next()).isEqualTo("text x");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        assertThat(inbox.next()).isEqualTo("close 1000 bye");
    }

    @Test
    void letsTheGuestChooseTheSubprotocolAndTheCloseCode() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/ws-echo-dev/", "a", "b");
        assertThat(socket.getSubprotocol()).isEqualTo("b");
        socket.sendText("bye", true).join();
        assertThat(inbox.next()).isEqualTo("close 4001 so long");
    }

    @Test
    void letsTheGuestDenyTheHandshake() {
        assertThatThrownBy(() -> connect(new Inbox(), "/ws-closed-dev/"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    }

    @Test
    void closesAfterAMessageThatIsTooBig() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/ws-echo-dev/");
        var _ = socket.sendBinary(ByteBuffer.allocate((2 << 20) + 1), true);
        assertThat(inbox.next()).startsWith("close 1009");
    }

    @Test
    void tellsClientsToComeAgainWhenTheAppIsReloaded() throws Exception {
        var source = Files.writeString(folder.resolve("moving.py"), "echo: echo\n");
        TestHost.await("served", () -> host.get("/moving-echo-dev/").statusCode() == 200);
        var inbox = new Inbox();
        connect(inbox, "/moving-echo-dev/");
        Files.writeString(source, "echo: echo\nmore: say x\n");
        assertThat(inbox.next()).startsWith("close 1012");
    }

    /** Opens a WebSocket without a client library. */
    private static RawClient open(TestHost host, String path, String fields) throws Exception {
        var raw = new RawClient(host);
        raw.send(
                "GET "
                        + path
                        + " HTTP/1.1\nHost: x\nUpgrade: websocket\nConnection: Upgrade\n"
                        + "Sec-WebSocket-Version: 13\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
                        + fields
                        + "\n");
        return raw;
    }

    /** A frame with a mask of zeros. */
    private static byte[] frame(int first, byte[] payload) {
        var frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    @Test
    void answersPingsAndNoticesTheEndThoughTheGuestDoesNotListen() throws Exception {
        var inbox = new Inbox();
        var socket = connect(inbox, "/ws-push-dev/");
        assertThat(inbox.next()).isEqualTo("text tick");
        socket.sendPing(ByteBuffer.allocate(3)).join();
        TestHost.await("a pong", () -> inbox.next().equals("pong 3"));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        TestHost.await("the end", () -> inbox.next().startsWith("close 1000"));
    }

    @Test
    void compressesWhenTheClientOffersIt() throws Exception {
        var offer = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\n";
        try (var raw = open(host, "/ws-echo-dev/", offer)) {
            assertThat(raw.head())
                    .contains(
                            "sec-websocket-extensions: permessage-deflate;"
                                    + " server_max_window_bits=10\r\n");
            // "Hello", as in section 7.2.3.1 of RFC 7692.
            var hello = new byte[] {(byte) 0xf2, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 7, 0};
            raw.send(frame(0xc1, hello));
            assertThat(raw.bytes(7)).isEqualTo("\u0081\u0005Hello".getBytes(ISO_8859_1));
            raw.send(frame(0x81, "a".repeat(100).getBytes(ISO_8859_1)));
            var head = raw.bytes(2);
            assertThat(head[0]).isEqualTo((byte) 0xc1);
            assertThat(head[1]).isLessThan((byte) 20);
        }
        try (var raw = open(impatient, "/ws-echo-dev/", offer)) {
            assertThat(raw.head()).doesNotContain("sec-websocket-extensions");
        }
    }

    /**
     * More are allowed as time passes, so there are more pings than a slow machine could answer.
     */
    @Test
    void closesWhenAClientFloodsItWithPings() throws Exception {
        try (var raw = open(host, "/ws-echo-dev/", "")) {
            raw.head();
            raw.send(repeated(frame(0x89, new byte[0]), 20_000));
            var answers = raw.rest();
            var close = answers.indexOf('\u0088');
            assertThat(answers.substring(0, close))
                    .startsWith("\u008a\0".repeat(1_000))
                    .matches("(\u008a\0)*+");
            assertThat(answers.substring(close + 2)).startsWith("\u0003\u00f0too many");
        }
        served();
    }

    @Test
    void closesWhenAClientFloodsItWithPongs() throws Exception {
        try (var raw = open(host, "/ws-echo-dev/", "")) {
            raw.head();
            raw.send(repeated(frame(0x8a, new byte[0]), 20_000));
            assertThat(raw.rest().substring(2)).startsWith("\u0003\u00f0too many control frames");
        }
        served();
    }

    @Test
    void closesWhenAMessageComesInTooManyPieces() throws Exception {
        for (var size = 0; size < 2; size++) {
            try (var raw = open(host, "/ws-echo-dev/", "")) {
                raw.head();
                raw.send(frame(0x01, new byte[size]));
                raw.send(repeated(frame(0x00, new byte[size]), 20_000));
                assertThat(raw.rest().substring(2)).startsWith("\u0003\u00f0a message comes in");
            }
        }
        served();
    }

    private static byte[] repeated(byte[] frame, int count) {
        var all = new ByteArrayOutputStream();
        for (var i = 0; i < count; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** Whatever one connection did, others are served. */
    private static void served() throws Exception {
        try (var raw = open(host, "/ws-echo-dev/", "")) {
            raw.head();
            raw.send(frame(0x81, new byte[] {'a'}));
            assertThat(raw.bytes(3)).isEqualTo(new byte[] {(byte) 0x81, 1, 'a'});
        }
    }

    @Test
    void pingsSilentClientsAndLetsThoseGoThatDoNotAnswer() throws Exception {
        try (var raw = open(impatient, "/ws-echo-dev/", "")) {
            raw.head();
            assertThat(raw.bytes(2)).isEqualTo(new byte[] {(byte) 0x89, 0});
            raw.send(frame(0x8a, new byte[0]));
            assertThat(raw.bytes(2)).isEqualTo(new byte[] {(byte) 0x89, 0});
            assertThat(raw.rest()).startsWith("\u0088\u0015\u0003\u00f3no answer");
        }
    }

    @Test
    void boundsMessagesAsConfigured() throws Exception {
        try (var raw = open(impatient, "/ws-echo-dev/", "")) {
            raw.head();
            raw.send(new byte[] {(byte) 0x82, (byte) 0xfe, 3, (byte) 0xe9, 0, 0, 0, 0});
            assertThat(raw.rest()).contains("\u0003\u00f1a message is larger than 1000 bytes");
        }
    }

    @Test
    void answersAllThatCameBeforeTheClosing() throws Exception {
        try (var raw = open(host, "/ws-echo-dev/", "")) {
            raw.head();
            var all = new ByteArrayOutputStream();
            all.writeBytes(frame(0x81, new byte[] {'a'}));
            all.writeBytes(frame(0x81, new byte[] {'b'}));
            all.writeBytes(frame(0x83, new byte[0]));
            raw.send(all.toByteArray());
            assertThat(raw.rest())
                    .startsWith("\u0081\u0001a\u0081\u0001b\u0088")
                    .contains("\u0003\u00eaa frame has a reserved opcode");
        }
    }

    @Test
    void refusesMalformedHandshakesAndFrames() throws Exception {
        var head = "GET /ws-echo-dev/ HTTP/1.1\nHost: x\nUpgrade: websocket\nConnection: Upgrade\n";
        try (var raw = new RawClient(host)) {
            raw.send(head + "Sec-WebSocket-Version: 8\nSec-WebSocket-Key: x\n\n");
            assertThat(raw.rest()).startsWith("HTTP/1.1 426").contains("sec-websocket-version: 13");
        }
        try (var raw = new RawClient(host)) {
            raw.send(head + "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: short\n\n").endOutput();
            assertThat(raw.rest()).startsWith("HTTP/1.1 400");
        }
        try (var raw = new RawClient(host)) {
            raw.send(
                    head
                            + "Sec-WebSocket-Version: 13\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n");
            assertThat(raw.head())
                    .startsWith("HTTP/1.1 101")
                    .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .contains("x-socket: yes\r\n");
            raw.send(new byte[] {(byte) 0x81, 1, 'x'});
            var close = raw.bytes(4);
            assertThat(close[0]).isEqualTo((byte) 0x88);
            assertThat((close[2] & 0xff) << 8 | (close[3] & 0xff)).isEqualTo(1002);
        }
    }
}
