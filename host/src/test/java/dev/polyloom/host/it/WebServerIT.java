// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Servers behind a port: programs of their own, all on the same port, and in the function's
 * context.
 */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class WebServerIT {

    private static final Path SERVERS = Path.of("src/test/apps/servers");
    private static final Path LISTING =
            Path.of("../python-compat/src/test/python/listings/file_server.py");
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final long LARGE = 200L << 20;
    private static final Pattern PID = Pattern.compile("\"pid\": (\\d+)");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve("--max-body", "300MiB", SERVERS.toString(), LISTING.toString());
    }

    @AfterAll
    void stop() throws Exception {
        Set<Long> servers = serversOf(host);
        host.stop();
        client.close();
        assertThat(servers).isNotEmpty();
        assertThat(servers).as("processes that outlive the host").noneMatch(WebServerIT::alive);
    }

    private static Set<Long> serversOf(HostProcess host) {
        return host.descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    // What the guide shows

    @Test
    void theListingServesFiles() throws Exception {
        HttpResponse<String> response = host.get("/file-server-my-file-server-dev/");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Directory listing for /", "href=\"tmp/\"");
        assertThat(host.get("/file-server-my-file-server-dev/no/such/file").statusCode())
                .isEqualTo(404);
        host.await(
                "the server's log is seen",
                BOUND,
                () -> host.printed("[file_server/my_file_server] "));
    }

    // Frameworks that bind their own port

    @Test
    void aiohttpAnswersThroughItsPort() throws Exception {
        HttpResponse<String> response = host.get("/aio-web-dev/?a=1%202");
        assertThat(response.body()).contains("\"hello\": \"aiohttp\"", "\"a\": \"1 2\"");
        assertThat(response.headers().firstValue("server").orElseThrow()).contains("aiohttp");
        assertThat(host.get("/aio-web-dev/headers", "x-forwarded-for", "6.6.6.6").body())
                .contains(
                        "[\"x-forwarded-for\", \"127.0.0.1\"]",
                        "[\"x-forwarded-proto\", \"http\"]",
                        "[\"x-forwarded-prefix\", \"/aio-web-dev\"]")
                .doesNotContain("6.6.6.6");
    }

    @Test
    void nothingIsFollowedOrDecoded() throws Exception {
        HttpResponse<String> redirect = host.get("/aio-web-dev/redirect");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("location")).contains("/elsewhere");
        HttpResponse<String> encoded = host.get("/aio-web-dev/encoded");
        assertThat(encoded.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(encoded.body()).isEqualTo("not really gzip");
    }

    @Test
    void tornadoAnswersOnTheSamePortAtTheSameTime() throws Exception {
        assertThat(host.get("/torn-web-dev/").body())
                .contains("\"hello\": \"tornado\"", "[\"/torn-web-dev\"]");
        assertThat(host.post("/torn-web-dev/", "text/plain", "12345").body())
                .isEqualTo("{\"length\": 5}");
    }

    // Streams

    @Test
    void largeBodiesStreamInBothDirections() throws Exception {
        assertThat(host.get("/aio-web-dev/").statusCode()).isEqualTo(200);
        long before = residentKibibytes();
        HttpResponse<String> uploaded =
                client.send(
                        HttpRequest.newBuilder(host.url("/aio-web-dev/upload"))
                                .timeout(BOUND)
                                .POST(BodyPublishers.ofInputStream(() -> new Zeros(LARGE)))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(uploaded.body()).contains("\"size\": " + LARGE);
        for (String query : List.of("size=" + LARGE, "length&size=" + LARGE)) {
            HttpResponse<InputStream> downloaded =
                    client.send(
                            HttpRequest.newBuilder(host.url("/aio-web-dev/download?" + query))
                                    .timeout(BOUND)
                                    .build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = downloaded.body()) {
                assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(LARGE);
            }
        }
        for (Long forwarder : forwarders()) {
            assertThat(peakKibibytes(forwarder)).isLessThan(160L << 10);
        }
        assertThat(residentKibibytes() - before).isLessThan(LARGE >> 10);
    }

    private long residentKibibytes() throws IOException {
        return status(host.pid(), "VmRSS:");
    }

    private static long peakKibibytes(long pid) throws IOException {
        return status(pid, "VmHWM:");
    }

    private static long status(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private List<Long> forwarders() {
        return host.descendants()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains("Forwarder"))
                                .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    // WebSocket

    @Test
    void webSocketsGoThroughWithTextBinaryProtocolAndClose() throws Exception {
        Talk talk = new Talk();
        WebSocket socket = open("/aio-web-dev/ws", talk, "other", "chat");
        assertThat(socket.getSubprotocol()).isEqualTo("chat");
        socket.sendText("grüße", true).join();
        assertThat(talk.next()).isEqualTo("text echo grüße");
        socket.sendText("in ", false).join();
        socket.sendText("two", true).join();
        assertThat(talk.next()).isEqualTo("text echo in two");
        socket.sendBinary(ByteBuffer.wrap(new byte[100_000]), true).join();
        assertThat(talk.next()).isEqualTo("binary 100000");
        socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
        assertThat(talk.next()).isEqualTo("pong 1");
        socket.sendText("bye", true).join();
        assertThat(talk.next()).isEqualTo("close 4001 see you");
    }

    @Test
    void severalWebSocketsShareAReplica() throws Exception {
        Talk[] talks = {new Talk(), new Talk(), new Talk()};
        WebSocket[] sockets = new WebSocket[talks.length];
        for (int i = 0; i < talks.length; i++) {
            sockets[i] = open("/torn-web-dev/ws", talks[i]);
        }
        for (int i = 0; i < talks.length; i++) {
            sockets[i].sendText("number " + i, true).join();
        }
        for (int i = 0; i < talks.length; i++) {
            assertThat(talks[i].next()).isEqualTo("text tornado number " + i);
            sockets[i].sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
    }

    @Test
    void replicasOfOneFunctionListenOnTheSamePort() throws Exception {
        Talk[] talks = {new Talk(), new Talk()};
        // Each connection is an input, and so keeps a replica to itself.
        WebSocket one = open("/aio-twins-dev/ws", talks[0]);
        WebSocket other = open("/aio-twins-dev/ws", talks[1]);
        one.sendText("pid", true).join();
        other.sendText("pid", true).join();
        assertThat(talks[0].next()).startsWith("text echo ").isNotEqualTo(talks[1].next());
        one.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        other.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Test
    void theServerMayDenyAWebSocket() throws Exception {
        assertThat(Talk.denied(client, host, "/aio-web-dev/ws?deny").statusCode()).isEqualTo(418);
    }

    private WebSocket open(String path, Talk talk, String... protocols) throws Exception {
        return Talk.open(client, host, path, talk, protocols);
    }

    // Servers in the function's own context

    @Test
    void aServerInAThreadOfTheFunctionIsReached() throws Exception {
        assertThat(host.get("/inside-threaded-dev/").body())
                .isEqualTo("in the function's own context");
    }

    @Test
    void aFunctionMayServeItselfAndNeverReturn() throws Exception {
        assertThat(host.get("/inside-blocking-dev/").body())
                .isEqualTo("in the function's own context");
    }

    // Faults

    @Test
    void aServerThatNeverListensIsTold() throws Exception {
        HttpResponse<String> response = host.get("/broken-silent-dev/");
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body())
                .contains("port 8000", "startup_timeout", "0.0.0.0", "said by the child");
        host.await(
                "the child's words are seen",
                BOUND,
                () -> host.printed("[broken/silent] said by the child"));
        assertThat(host.get("/broken-silent-dev/", "accept", "text/html").body())
                .contains("<pre>", "said by the child");
    }

    @Test
    void aServerThatEndsAtOnceIsTold() throws Exception {
        HttpResponse<String> response = host.get("/broken-crashing-dev/");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("exit code 3", "no such option");
    }

    @Test
    void aFunctionThatRaisesIsTold() throws Exception {
        HttpResponse<String> response = host.get("/broken-raising-dev/");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("ValueError", "not today", "broken.py");
    }

    @Test
    void aServerThatDiesIsReplaced() throws Exception {
        long first = pid(host.get("/mortal-web-dev/").body());
        assertThat(host.get("/mortal-web-dev/die").statusCode()).isEqualTo(502);
        HttpResponse<String> after = host.get("/mortal-web-dev/");
        assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
        assertThat(pid(after.body())).isNotEqualTo(first);
        assertThat(alive(first)).isFalse();
    }

    private static long pid(String text) {
        Matcher matcher = PID.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** So many bytes. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long size) {
            this.left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            left -= count;
            return count;
        }
    }
}
