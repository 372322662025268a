// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies longer than the host's heap, both ways, for Python and Java, and what else is told of
 * bodies on the wire. {@code -Dpolyloom.transfer=2147483648} makes them 2 GiB.
 */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class TransfersIT {

    private static final long BYTES = Long.getLong("polyloom.transfer", 320L << 20);
    private static final Duration BOUND = Duration.ofMinutes(20);
    private static final String HEAP = "-Xmx256m";

    private static final String ASGI =
            """
            async def app(scope, receive, send):
                if scope["type"] != "http":
                    raise NotImplementedError
                path, headers = scope["path"].removeprefix(scope["root_path"]), []
                if path == "/upload":
                    count, more = 0, True
                    while more:
                        message = await receive()
                        count += len(message.get("body", b""))
                        more = message.get("more_body", False)
                    await answer(send, b"text/plain", str(count).encode())
                elif path == "/download":
                    left = int(scope["query_string"])
                    await start(send, b"application/octet-stream")
                    while left:
                        piece = bytes(min(left, 65536))
                        left -= len(piece)
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                    await send({"type": "http.response.body"})
                elif path == "/split":
                    evil = [(b"x-a", b"b\\r\\nx-evil: 1")]
                    await send({"type": "http.response.start", "status": 200, "headers": evil})
                elif path == "/events":
                    await start(send, b"text/event-stream")
                    for number in range(3):
                        event = b"data: " + b"x" * 2000 + b"%d\\n\\n" % number
                        await send({"type": "http.response.body", "body": event, "more_body": True})
                        await receive()
                    await send({"type": "http.response.body"})
                else:
                    await answer(send, b"application/json", b"[" + b"1, " * 2000 + b"1]")

            async def start(send, kind):
                headers = [(b"content-type", kind)]
                await send({"type": "http.response.start", "status": 200, "headers": headers})

            async def answer(send, kind, body):
                await start(send, kind)
                await send({"type": "http.response.body", "body": body})
            """;

    private static final String WSGI =
            """
            def app(environ, start_response):
                path = environ["PATH_INFO"]
                if path == "/upload":
                    count = 0
                    while piece := environ["wsgi.input"].read(65536):
                        count += len(piece)
                    start_response("200 OK", [("Content-Type", "text/plain")])
                    return [str(count).encode()]
                if path == "/download":
                    start_response("200 OK", [("Content-Type", "application/octet-stream")])
                    piece = bytes(65536)
                    return (piece for _ in range(int(environ["QUERY_STRING"]) // len(piece)))
                if path in ("/split", "/split/reason"):
                    evil = "b\\r\\nx-evil: 1"
                    reason, value = ("OK", evil) if path == "/split" else (evil, "b")
                    start_response(f"200 {reason}", [("X-A", value)])
                    return [b"evil"]
                if path == "/text":
                    start_response("200 OK", [("Content-Type", "text/plain")])
                    return [b"word " * 1000]
                start_response("299 Quite Fine", [("Content-Type", "text/plain")])
                return [b"fine"]
            """;

    private static final String JAVA =
            """
            import dev.polyloom.sdk.*;
            import java.io.InputStream;
            import java.util.stream.Stream;

            public class Store implements HttpHandler {

                public HttpResponse handle(HttpRequest request) throws Exception {
                    if (request.method().equals("POST")) {
                        return HttpResponse.text(Long.toString(request.body().transferTo(
                                java.io.OutputStream.nullOutputStream())));
                    }
                    var left = new long[] {Long.parseLong(request.query("size").orElseThrow())};
                    return HttpResponse.stream("application/octet-stream", new InputStream() {
                        public int read() {
                            return left[0]-- > 0 ? 0 : -1;
                        }
                        public int read(byte[] bytes, int from, int length) {
                            if (left[0] <= 0) {
                                return -1;
                            }
                            var count = (int) Math.min(length, left[0]);
                            left[0] -= count;
                            return count;
                        }
                    });
                }
            }
            """;

    @TempDir static Path folder;

    private HostProcess host;

    /** A function, and where its up- and download are. */
    enum Kind {
        ASGI("/stream-app-dev/upload", "/stream-app-dev/download?"),
        WSGI("/blocks-app-dev/upload", "/blocks-app-dev/download?"),
        JAVA("/store-store-dev/", "/store-store-dev/?size=");

        private final String upload;
        private final String download;

        Kind(String upload, String download) {
            this.upload = upload;
            this.download = download;
        }
    }

    @BeforeAll
    void serve() throws Exception {
        Files.writeString(folder.resolve("stream.py"), ASGI);
        Files.writeString(folder.resolve("blocks.py"), WSGI);
        Files.writeString(folder.resolve("Store.java"), JAVA);
        host = HostProcess.serve(List.of(HEAP), folder.toString(), "--max-body", "4GiB");
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    private HttpRequest.Builder request(HttpClient.Version version, String path) {
        return HttpRequest.newBuilder(host.url(path)).version(version).timeout(BOUND);
    }

    @ParameterizedTest
    @EnumSource
    void anUploadLongerThanTheHeapArrives(Kind kind) throws Exception {
        for (var version : HttpClient.Version.values()) {
            // An upload does not begin a connection of HTTP/2: the client would ask for an upgrade.
            var first = request(version, "/stream-app-dev/").build();
            var _ = host.client().send(first, BodyHandlers.discarding());
            var sent =
                    request(version, kind.upload)
                            .POST(BodyPublishers.ofInputStream(() -> new Zeros(BYTES)))
                            .build();
            var response = host.client().send(sent, BodyHandlers.ofString());
            assertThat(response.version()).isEqualTo(version);
            assertThat(response.body()).as("%s", version).isEqualTo(Long.toString(BYTES));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDownloadLongerThanTheHeapArrives(Kind kind) throws Exception {
        for (var version : HttpClient.Version.values()) {
            var asked = request(version, kind.download + BYTES).build();
            var response = host.client().send(asked, BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(version);
            try (InputStream body = response.body()) {
                var piece = new byte[1 << 16];
                long count = 0;
                for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
                    count += read;
                }
                assertThat(count).as("%s", version).isEqualTo(BYTES);
            }
        }
    }

    @Test
    void pythonsAnswersAreCompressed() throws Exception {
        for (var path : new String[] {"/stream-app-dev/", "/blocks-app-dev/text"}) {
            var asked =
                    request(HttpClient.Version.HTTP_1_1, path)
                            .header("accept-encoding", "gzip")
                            .build();
            var response = host.client().send(asked, BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
            var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()));
            assertThat(new String(unpacked.readAllBytes(), UTF_8)).hasSizeGreaterThan(4_999);
        }
    }

    @Test
    void eventsAreSentAsTheyAre() throws Exception {
        var asked =
                request(HttpClient.Version.HTTP_1_1, "/stream-app-dev/events")
                        .header("accept-encoding", "gzip, zstd")
                        .build();
        var response = host.client().send(asked, BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
        try (InputStream body = response.body()) {
            // The second is sent when the client is gone.
            assertThat(new String(body.readNBytes(2_009), UTF_8))
                    .isEqualTo("data: " + "x".repeat(2_000) + "0\n\n");
        }
    }

    @Test
    void theReasonPhraseOfWsgiIsKept() throws Exception {
        var url = host.url("/");
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout((int) BOUND.toMillis());
            var text = "GET /blocks-app-dev/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 299 Quite Fine\r\n")
                    .endsWith("fine");
        }
    }

    /** What Python hands over for fields must not become several; it is the app's error. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream-app-dev/split",
                "/blocks-app-dev/split",
                "/blocks-app-dev/split/reason"
            })
    void fieldsWithLineEndsAreRefused(String path) throws Exception {
        var response = host.get(path);
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().map()).doesNotContainKey("x-evil");
        assertThat(response.body()).contains("app-failed");
    }

    /** So many zero bytes. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            var count = (int) Math.min(length, left);
            left -= count;
            return count;
        }
    }
}
