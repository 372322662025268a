// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static dev.polyloom.host.embed.Http2Client.CONTINUATION;
import static dev.polyloom.host.embed.Http2Client.DATA;
import static dev.polyloom.host.embed.Http2Client.END_HEADERS;
import static dev.polyloom.host.embed.Http2Client.END_STREAM;
import static dev.polyloom.host.embed.Http2Client.GOAWAY;
import static dev.polyloom.host.embed.Http2Client.HEADERS;
import static dev.polyloom.host.embed.Http2Client.PING;
import static dev.polyloom.host.embed.Http2Client.RST_STREAM;
import static dev.polyloom.host.embed.Http2Client.SETTINGS;
import static dev.polyloom.host.embed.Http2Client.WINDOW_UPDATE;
import static dev.polyloom.host.embed.Http2Client.block;
import static dev.polyloom.host.embed.Http2Client.frame;
import static dev.polyloom.host.embed.Http2Client.number;
import static dev.polyloom.host.embed.Http2Client.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over real connections, by a good client and by bad ones. */
final class Http2Test {

    private static final int PROTOCOL_ERROR = 1;
    private static final int STREAM_CLOSED = 5;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @TempDir static Path folder;

    private static TestHost host;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(
                folder.resolve("t.py"),
                """
                ok: say ok
                echo: echo
                head: head
                stream: stream one two three
                half: half
                wait: wait gate
                silent: silent
                nothing: status 204
                headers: headers
                """);
        host = TestHost.serve(folder);
    }

    @AfterAll
    static void stop() {
        host.runtime.gates.values().forEach(CountDownLatch::countDown);
        host.close();
    }

    @Test
    void servesTheJdksClientOverAnUpgradedConnection() throws Exception {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            for (var path : new String[] {"/t-ok-dev/", "/t-ok-dev/?again"}) {
                var answer =
                        client.send(
                                HttpRequest.newBuilder(host.uri(path)).build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.body()).isEqualTo("ok");
                assertThat(answer.headers().firstValue("content-length")).contains("2");
                assertThat(answer.headers().firstValue("date")).isPresent();
            }
            var data = new byte[3_000_000];
            new Random(5).nextBytes(data);
            var echo =
                    client.send(
                            HttpRequest.newBuilder(host.uri("/t-echo-dev/"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(data))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(echo.body()).isEqualTo(data);
            var streams = new ArrayList<CompletableFuture<String>>();
            for (var i = 0; i < 50; i++) {
                streams.add(
                        client.sendAsync(
                                        HttpRequest.newBuilder(host.uri("/t-stream-dev/")).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .thenApply(HttpResponse::body));
            }
            for (var body : streams) {
                assertThat(body.get(20, TimeUnit.SECONDS)).isEqualTo("onetwothree");
            }
        }
    }

    @Test
    void tellsTheGuestWhatWasAsked() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(1, "/t-head-dev/a%20b?c=d");
            assertThat(new String(client.body(1), ISO_8859_1))
                    .isEqualTo("GET|http|2|/t-head-dev/a%20b|c=d|/t-head-dev|127.0.0.1|0");
        }
    }

    @Test
    void sendsNoBodiesWhereThereAreNone() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(3, "/t-nothing-dev/");
            assertThat(client.next().ends()).isTrue();
            client.send(HEADERS, END_HEADERS | END_STREAM, 5, request("HEAD", "/t-ok-dev/"));
            assertThat(client.next().ends()).isTrue();
        }
    }

    @Test
    void cutsResponsesThatAreNotWhole() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(1, "/t-half-dev/");
            assertThatThrownBy(() -> client.body(1)).hasMessage("reset with 2");
            client.get(3, "/t-ok-dev/");
            assertThat(client.body(3)).asString().isEqualTo("ok");
        }
    }

    @Test
    void tellsTheGuestWhenAClientResetsItsStream() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(1, "/t-wait-dev/");
            TestHost.await("it runs", () -> host.runtime.waits.get() > 0);
            client.send(RST_STREAM, 0, 1, number(8));
            assertThat(host.runtime.clientGone.await(20, TimeUnit.SECONDS)).isTrue();
            client.get(3, "/t-ok-dev/");
            assertThat(client.body(3)).asString().isEqualTo("ok");
        }
    }

    @Test
    void waitsForTheWindowsToOpen() throws Exception {
        try (var client = new Http2Client(host, Http2Client.setting(4, 3))) {
            client.get(1, "/t-stream-dev/");
            assertThat(client.next(DATA).text()).isEqualTo("one");
            client.send(WINDOW_UPDATE, 0, 1, number(2));
            assertThat(client.next(DATA).text()).isEqualTo("tw");
            client.send(SETTINGS, 0, 0, Http2Client.setting(4, 100));
            assertThat(client.next(DATA).text()).isEqualTo("o");
            assertThat(client.next(DATA).text()).isEqualTo("three");
            assertThat(client.next(DATA).ends()).isTrue();
        }
    }

    @Test
    void takesBodiesInPiecesWithPaddingAndTrailers() throws Exception {
        try (var client = new Http2Client(host)) {
            client.send(HEADERS, END_HEADERS, 1, request("POST", "/t-echo-dev/"));
            client.send(DATA, 8, 1, new byte[] {3, 'a', 'b', 0, 0, 0});
            client.send(DATA, 0, 1, new byte[] {'c'});
            client.send(HEADERS, END_HEADERS | END_STREAM, 1, block("x-sum", "3"));
            assertThat(client.body(1)).asString().isEqualTo("abc");
        }
    }

    @Test
    void asksForBodiesThatAreAnnounced() throws Exception {
        try (var client = new Http2Client(host)) {
            var fields = new String[] {"expect", "100-continue", "content-length", "2"};
            client.send(HEADERS, END_HEADERS, 1, request("POST", "/t-echo-dev/", fields));
            // The status 100, its digits in the Huffman code.
            assertThat(client.next().payload()).isEqualTo(Http2Client.hex("08 82 08 01"));
            client.send(DATA, END_STREAM, 1, new byte[] {'h', 'i'});
            assertThat(client.body(1)).asString().isEqualTo("hi");
        }
    }

    @Test
    void answersLargeHeadsWith431AndBodiesThatAreTooLargeWith413() throws Exception {
        try (var client = new Http2Client(host)) {
            var big = new ByteArrayOutputStream();
            big.writeBytes(request("GET", "/t-ok-dev/"));
            for (var i = 0; i < 200; i++) {
                big.writeBytes(block("x-" + i, "y"));
            }
            client.send(HEADERS, END_STREAM | END_HEADERS, 1, big.toByteArray());
            assertThat(client.body(1)).asString().contains("\"status\":431");
            var fields = new String[] {"content-length", "999999999999"};
            client.send(HEADERS, END_HEADERS, 3, request("POST", "/t-echo-dev/", fields));
            assertThat(client.next(DATA).text()).contains("\"status\":413");
        }
    }

    @Test
    void refusesStreamsBeyondItsLimit() throws Exception {
        try (var client = new Http2Client(host)) {
            var all = new ByteArrayOutputStream();
            for (var i = 0; i < 129; i++) {
                all.writeBytes(
                        frame(
                                HEADERS,
                                END_HEADERS,
                                2 * i + 1,
                                request("POST", "/t-echo-dev/", "a", "b")));
            }
            client.send(all.toByteArray());
            var refused = client.next();
            assertThat(refused.type()).isEqualTo(RST_STREAM);
            assertThat(refused.stream()).isEqualTo(257);
            assertThat(refused.number()).isEqualTo(REFUSED_STREAM);
        }
    }

    private static void endsWith(int code, Http2Client client) throws IOException {
        assertThat(client.next(GOAWAY).goAwayCode()).isEqualTo(code);
    }

    @Test
    void closesConnectionsThatItHasGivenUp() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(2, "/t-ok-dev/");
            endsWith(PROTOCOL_ERROR, client);
            assertThatThrownBy(client::next).hasMessageContaining("ended");
        }
    }

    @Test
    void endsConnectionsThatResetTooManyStreams() throws Exception {
        try (var client = new Http2Client(host)) {
            var flood = new ByteArrayOutputStream();
            for (var i = 0; i < 400; i++) {
                flood.writeBytes(
                        frame(
                                HEADERS,
                                END_STREAM | END_HEADERS,
                                2 * i + 1,
                                request("GET", "/t-wait-dev/")));
                flood.writeBytes(frame(RST_STREAM, 0, 2 * i + 1, number(8)));
            }
            client.send(flood.toByteArray());
            endsWith(ENHANCE_YOUR_CALM, client);
        }
    }

    /** A client may provoke resets by the host instead. */
    @Test
    void endsConnectionsThatProvokeTooManyResets() throws Exception {
        try (var client = new Http2Client(host)) {
            var flood = new ByteArrayOutputStream();
            for (var i = 0; i < 400; i++) {
                var stream = 2 * i + 1;
                flood.writeBytes(
                        frame(HEADERS, END_HEADERS, stream, request("POST", "/t-wait-dev/")));
                flood.writeBytes(frame(WINDOW_UPDATE, 0, stream, number(0)));
            }
            client.send(flood.toByteArray());
            endsWith(ENHANCE_YOUR_CALM, client);
        }
    }

    private static void flood(byte[] frame) throws IOException {
        try (var client = new Http2Client(host)) {
            client.get(1, "/t-ok-dev/");
            client.body(1);
            var flood = new ByteArrayOutputStream();
            for (var i = 0; i < 2_000; i++) {
                flood.writeBytes(frame);
            }
            client.send(flood.toByteArray());
            endsWith(ENHANCE_YOUR_CALM, client);
        }
    }

    @Test
    void endsConnectionsThatFlood() throws IOException {
        flood(frame(PING, 0, 0, new byte[8]));
        flood(frame(SETTINGS, 0, 0, new byte[0]));
        flood(frame(2, 0, 3, new byte[5]));
        flood(frame(0x77, 0, 0, new byte[0]));
    }

    @Test
    void endsConnectionsWhoseEmptyDataDoesNotEnd() throws Exception {
        try (var client = new Http2Client(host)) {
            client.send(HEADERS, END_HEADERS, 1, request("POST", "/t-wait-dev/"));
            var flood = new ByteArrayOutputStream();
            for (var i = 0; i < 2_000; i++) {
                flood.writeBytes(frame(DATA, 0, 1, new byte[0]));
            }
            client.send(flood.toByteArray());
            endsWith(ENHANCE_YOUR_CALM, client);
        }
    }

    @Test
    void endsConnectionsWhoseHeadDoesNotEnd() throws Exception {
        try (var client = new Http2Client(host)) {
            client.send(HEADERS, END_STREAM, 1, request("GET", "/t-ok-dev/"));
            var flood = new ByteArrayOutputStream();
            for (var i = 0; i < 100; i++) {
                flood.writeBytes(frame(CONTINUATION, 0, 1, new byte[0]));
            }
            client.send(flood.toByteArray());
            endsWith(ENHANCE_YOUR_CALM, client);
        }
        try (var client = new Http2Client(host)) {
            client.send(HEADERS, END_STREAM, 1, request("GET", "/t-ok-dev/"));
            for (var i = 0; i < 5; i++) {
                client.send(CONTINUATION, 0, 1, block("x", "y".repeat(16_000)));
            }
            endsWith(ENHANCE_YOUR_CALM, client);
        }
    }

    /** What the guest does not read is bounded by the window. */
    @Test
    void endsStreamsWhoseClientsSendMoreThanTheyMay() throws Exception {
        try (var client = new Http2Client(host)) {
            client.send(HEADERS, END_HEADERS, 1, request("POST", "/t-wait-dev/"));
            for (var i = 0; i < 9; i++) {
                client.send(DATA, 0, 1, new byte[16_384]);
            }
            var reset = client.next();
            assertThat(reset.type()).isEqualTo(RST_STREAM);
            assertThat(reset.number()).isEqualTo(3);
        }
    }

    @Test
    void closesConnectionsThatBeginLikeNoProtocol() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("SOME OTHER PROTOCOL\n\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void endsWhatBreaksTheProtocol() throws Exception {
        try (var client = new Http2Client(host)) {
            client.get(2, "/t-ok-dev/");
            endsWith(PROTOCOL_ERROR, client);
        }
        try (var client = new Http2Client(host)) {
            client.get(1, "/t-ok-dev/", "connection", "close");
            assertThat(client.next(RST_STREAM).number()).isEqualTo(PROTOCOL_ERROR);
            client.get(3, "/t-ok-dev/");
            assertThat(client.body(3)).asString().isEqualTo("ok");
            client.get(3, "/t-ok-dev/");
            endsWith(STREAM_CLOSED, client);
        }
        try (var client = new Http2Client(host)) {
            client.send(
                    HEADERS,
                    END_HEADERS,
                    1,
                    request("POST", "/t-echo-dev/", "content-length", "1"));
            client.send(DATA, END_STREAM, 1, new byte[2]);
            assertThat(client.next(RST_STREAM).number()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void letsRequestsEndWhenTheHostStops() throws Exception {
        var stopping = TestHost.serve(folder);
        try (var client = new Http2Client(stopping)) {
            client.get(1, "/t-wait-dev/");
            TestHost.await("it runs", () -> stopping.runtime.waits.get() == 1);
            var closing = Thread.ofVirtual().start(stopping::close);
            assertThat(client.next(GOAWAY).number()).isEqualTo(1);
            Objects.requireNonNull(stopping.runtime.gates.get("gate")).countDown();
            assertThat(client.body(1)).asString().isEqualTo("released gate");
            closing.join(TestHost.BOUND);
            assertThat(closing.isAlive()).isFalse();
        }
    }
}
