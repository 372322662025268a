// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.host.server.TransportConfig;
import dev.polyloom.host.server.WebSocketConfig;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed responses of a real host, over HTTP/1.1 and HTTP/2. */
final class CompressionTest {

    /** Answers as its query asks: so many bytes, or what it is sent as it comes. */
    private static final String STORE =
            """
            import dev.polyloom.sdk.*;
            import java.util.List;

            public class Store implements HttpHandler {

                public HttpResponse handle(HttpRequest request) {
                    var type = request.query("type").orElse("text/plain");
                    var response =
                            request.query("size")
                                    .map(size -> HttpResponse.of(type, text(Integer.parseInt(size))))
                                    .orElseGet(() -> HttpResponse.stream(type, request.body()));
                    for (var field : request.query().getOrDefault("field", List.of())) {
                        var colon = field.indexOf(':');
                        response = response.header(field.substring(0, colon), field.substring(colon + 1));
                    }
                    var status = request.query("status").map(Integer::parseInt).orElse(200);
                    return response.status(status);
                }

                private static byte[] text(int size) {
                    return "0123456789".repeat(size / 10).getBytes();
                }
            }
            """;

    @TempDir static Path folder;

    private static TestHost host;
    private static TestHost off;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        var file = Files.writeString(folder.resolve("Store.java"), STORE);
        host = TestHost.serve(file);
        var transport = new TransportConfig(WebSocketConfig.DEFAULT, Optional.empty(), false);
        off = TestHost.serve(file, config -> config.withTransport(transport));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        host.close();
        off.close();
    }

    private static HttpResponse<byte[]> ask(
            TestHost asked, HttpClient.Version version, String method, String query, String accept)
            throws Exception {
        var request =
                HttpRequest.newBuilder(asked.uri("/?" + query))
                        .version(version)
                        .timeout(TestHost.BOUND)
                        .header("accept-encoding", accept)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> get(String query, String accept) throws Exception {
        return ask(host, HttpClient.Version.HTTP_1_1, "GET", query, accept);
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> response) throws IOException {
        var body = new ByteArrayInputStream(response.body());
        return switch (field(response, "content-encoding")) {
            case "gzip" -> new String(new GZIPInputStream(body).readAllBytes(), ISO_8859_1);
            case "zstd" -> new String(new ZstdInputStream(body).readAllBytes(), ISO_8859_1);
            default -> new String(response.body(), ISO_8859_1);
        };
    }

    @Test
    void compressesAWholeResponseAndTellsItsLength() throws Exception {
        for (var coding : new String[] {"gzip", "zstd"}) {
            for (var version : HttpClient.Version.values()) {
                var response = ask(host, version, "GET", "size=20000", coding);
                assertThat(response.version()).isEqualTo(version);
                assertThat(field(response, "content-encoding")).isEqualTo(coding);
                assertThat(field(response, "vary")).isEqualTo("accept-encoding");
                assertThat(field(response, "content-length"))
                        .isEqualTo(Integer.toString(response.body().length));
                assertThat(response.body()).hasSizeLessThan(500);
                assertThat(text(response)).isEqualTo("0123456789".repeat(2_000));
            }
        }
    }

    @Test
    void compressesAVeryLongResponseInPieces() throws Exception {
        for (var version : HttpClient.Version.values()) {
            var response = ask(host, version, "GET", "size=3000000", "gzip, zstd");
            assertThat(field(response, "content-encoding")).isEqualTo("gzip");
            assertThat(response.headers().firstValue("content-length")).isEmpty();
            assertThat(text(response)).isEqualTo("0123456789".repeat(300_000));
        }
    }

    @Test
    void takesWhatTheClientLikesBest() throws Exception {
        assertThat(field(get("size=2000", "gzip, br, zstd"), "content-encoding")).isEqualTo("zstd");
        assertThat(field(get("size=2000", "gzip, zstd;q=0.9"), "content-encoding"))
                .isEqualTo("gzip");
        var plain = get("size=2000", "gzip;q=0, identity");
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(field(plain, "vary")).isEqualTo("accept-encoding");
        assertThat(plain.body()).hasSize(2_000);
    }

    @Test
    void saysNothingToClientsThatDoNotAsk() throws Exception {
        var response = host.get("/?size=2000");
        assertThat(response.headers().map()).doesNotContainKeys("content-encoding", "vary");
        assertThat(response.body()).hasSize(2_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size=1000",
                "size=2000&type=image/png",
                "size=2000&type=application/octet-stream",
                "size=2000&type=text/event-stream",
                "size=2000&field=cache-control:public,%20no-transform",
                "size=2000&field=content-encoding:br",
                "size=2000&field=content-digest:sha-256%3D:x:",
                "size=2000&status=206&field=content-range:bytes%200-1999/5000",
                "size=0&status=204",
                "size=0&status=304",
            })
    void leavesAloneWhatIsShortOrAsksForIt(String query) throws Exception {
        var response = get(query, "gzip, zstd");
        assertThat(field(response, "content-encoding"))
                .isEqualTo(query.contains("content-encoding") ? "br" : "");
        assertThat(response.body().length)
                .isEqualTo(Integer.parseInt(query.replaceFirst("size=(\\d+).*", "$1")));
    }

    @Test
    void compressesErrorsToo() throws Exception {
        var response = get("size=2000&status=404&type=application/problem%2Bjson", "gzip");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(field(response, "content-encoding")).isEqualTo("gzip");
    }

    @Test
    void changesTheFieldsThatNameTheBytes() throws Exception {
        var query = "size=2000&field=etag:%22v1%22&field=accept-ranges:bytes&field=vary:cookie";
        var response = get(query, "gzip");
        assertThat(field(response, "etag")).isEqualTo("W/\"v1\"");
        assertThat(response.headers().firstValue("accept-ranges")).isEmpty();
        assertThat(response.headers().allValues("vary")).containsExactly("cookie, accept-encoding");
        var plain = get(query, "br");
        assertThat(field(plain, "etag")).isEqualTo("\"v1\"");
        assertThat(field(plain, "accept-ranges")).isEqualTo("bytes");
        assertThat(field(get("size=2000&field=etag:W/%22v1%22", "gzip"), "etag"))
                .isEqualTo("W/\"v1\"");
        assertThat(field(get("size=2000&field=vary:Accept-Encoding", "gzip"), "vary"))
                .isEqualTo("Accept-Encoding");
    }

    @Test
    void answersHeadAsItWouldAnswerGet() throws Exception {
        for (var version : HttpClient.Version.values()) {
            var query = "size=20000&field=etag:%22v1%22";
            var get = ask(host, version, "GET", query, "gzip, zstd");
            var head = ask(host, version, "HEAD", query, "gzip, zstd");
            assertThat(head.body()).isEmpty();
            for (var name : new String[] {"content-encoding", "content-length", "vary", "etag"}) {
                assertThat(field(head, name)).as(name).isEqualTo(field(get, name));
            }
        }
    }

    @Test
    void leavesAllAsItIsWhenSwitchedOff() throws Exception {
        var response = ask(off, HttpClient.Version.HTTP_1_1, "GET", "size=2000", "gzip");
        assertThat(response.headers().map()).doesNotContainKeys("content-encoding", "vary");
        assertThat(response.body()).hasSize(2_000);
    }

    /** The client gets to read all of a piece before it sends the next one. */
    @Test
    void holdsNothingOfAStreamBack() throws Exception {
        try (var raw = new RawClient(host)) {
            raw.send(
                    """
                    POST / HTTP/1.1
                    Host: x
                    Accept-Encoding: gzip
                    Transfer-Encoding: chunked

                    5
                    first
                    """);
            assertThat(raw.head()).contains("content-encoding: gzip\r\n", "vary: accept-encoding");
            var inflater = new Inflater(true);
            assertThat(new String(inflated(inflater, chunk(raw), 10), ISO_8859_1))
                    .isEqualTo("first");
            raw.send("6\nsecond\n");
            assertThat(new String(inflated(inflater, chunk(raw), 0), ISO_8859_1))
                    .isEqualTo("second");
            raw.send("0\n\n");
            assertThat(inflated(inflater, chunk(raw), 0)).isEmpty();
            assertThat(inflater.finished()).isTrue();
            assertThat(chunk(raw)).isEmpty();
            inflater.end();
        }
    }

    private static byte[] chunk(RawClient raw) throws IOException {
        var size = new StringBuilder();
        while (size.indexOf("\r\n") < 0) {
            size.append(new String(raw.bytes(1), ISO_8859_1));
        }
        var bytes = raw.bytes(Integer.parseInt(size.toString().strip(), 16));
        assertThat(raw.bytes(2)).containsExactly('\r', '\n');
        return bytes;
    }

    private static byte[] inflated(Inflater inflater, byte[] bytes, int from) throws Exception {
        inflater.setInput(bytes, from, bytes.length - from);
        var room = new byte[1_000];
        return java.util.Arrays.copyOf(room, inflater.inflate(room));
    }

    @Test
    void holdsNothingOfAStreamBackOverHttp2() throws Exception {
        try (var http2 = new Http2Client(host)) {
            http2.send(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS,
                    1,
                    Http2Client.request("POST", "/", "accept-encoding", "gzip"));
            var inflater = new Inflater(true);
            http2.send(Http2Client.DATA, 0, 1, "first".getBytes(ISO_8859_1));
            assertThat(
                            new String(
                                    inflated(inflater, http2.next(Http2Client.DATA).payload(), 10),
                                    ISO_8859_1))
                    .isEqualTo("first");
            http2.send(Http2Client.DATA, 0, 1, "second".getBytes(ISO_8859_1));
            assertThat(
                            new String(
                                    inflated(inflater, http2.next(Http2Client.DATA).payload(), 0),
                                    ISO_8859_1))
                    .isEqualTo("second");
            http2.send(Http2Client.DATA, Http2Client.END_STREAM, 1, new byte[0]);
            inflated(inflater, http2.next(Http2Client.DATA).payload(), 0);
            assertThat(inflater.finished()).isTrue();
            inflater.end();
        }
    }

    @Test
    void cutsAStreamThatIsShorterThanTheAppPromised() throws Exception {
        assertThatThrownBy(() -> get("field=content-length:5000", "gzip"))
                .isInstanceOf(IOException.class);
    }
}
