// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.terminal.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1 on the wire, byte by byte. */
final class Http1Test {

    @TempDir static Path folder;

    private static TestHost host;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(
                folder.resolve("t.py"),
                """
                say: say hi
                echo: echo
                head: head
                stream: stream one two three
                headers: headers
                gone: status 204
                unchanged: status 304
                wait: wait gate
                patient: wait patience
                alone: alone solitude
                fail: raise wrong value
                half: half
                late: timeout
                die: die
                silent: silent
                crash: crash
                """);
        host = TestHost.serve(folder, config -> small(config));
    }

    private static HostConfig small(HostConfig config) {
        return new HostConfig(
                config.paths(),
                config.factory(),
                config.host(),
                config.port(),
                config.adminPort(),
                config.dataFolder(),
                config.secrets(),
                config.root(),
                config.reload(),
                config.keepLastGood(),
                config.eager(),
                config.development(),
                config.accessLog(),
                config.grace(),
                100_000,
                config.trustedProxies(),
                config.serverNetworks(),
                config.transport(),
                config.limits(),
                config.guard());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static String ask(String text) throws Exception {
        try (var client = new RawClient(host)) {
            return client.send(text).response();
        }
    }

    @Test
    void keepsAConnectionForFurtherRequests() throws Exception {
        try (var client = new RawClient(host)) {
            for (var i = 0; i < 3; i++) {
                client.send("GET /t-say-dev/ HTTP/1.1\nHost: x\n\n");
                assertThat(client.response())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("content-length: 2\r\n", "date: ", "server: polyloom\r\n")
                        .contains("x-request-id: ", "server-timing: queue;dur=")
                        .doesNotContain("connection:")
                        .endsWith("\r\n\r\nhi");
            }
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    "GET /t-say-dev/ HTTP/1.1\nHost: x\n\n"
                            + "POST /t-echo-dev/ HTTP/1.1\nHost: x\nContent-Length: 3\n\nabc"
                            + "GET /t-say-dev/ HTTP/1.1\nHost: x\nConnection: close\n\n");
            assertThat(client.response()).endsWith("hi");
            assertThat(client.response()).endsWith("abc");
            assertThat(client.rest()).contains("connection: close\r\n").endsWith("hi");
        }
    }

    @Test
    void speaksHttp10() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-head-dev/p HTTP/1.0\n\n");
            assertThat(client.rest()).contains("connection: close").contains("GET|http|1.0|");
        }
        try (var client = new RawClient(host)) {
            client.send("GET /t-stream-dev/ HTTP/1.0\nConnection: keep-alive\n\n");
            assertThat(client.rest()).doesNotContain("chunked").endsWith("onetwothree");
        }
        try (var client = new RawClient(host)) {
            client.send("GET /t-say-dev/ HTTP/1.0\nConnection: keep-alive\n\n");
            assertThat(client.response()).contains("connection: keep-alive").endsWith("hi");
            client.send("GET /t-say-dev/ HTTP/1.0\n\n");
            assertThat(client.rest()).endsWith("hi");
        }
    }

    @Test
    void streamsInChunks() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-stream-dev/ HTTP/1.1\nHost: x\nConnection: close\n\n");
            assertThat(client.rest())
                    .contains("transfer-encoding: chunked\r\n")
                    .endsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
        }
    }

    @Test
    void keepsHeaderFieldsAsTheAppGaveThem() throws Exception {
        assertThat(ask("GET /t-headers-dev/ HTTP/1.1\nHost: x\n\n"))
                .contains("Set-Cookie: a=1\r\nX-Custom: one\r\nset-cookie: b=2\r\n");
    }

    @Test
    void sendsNoBodyWhereThereIsNone() throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    """
                    HEAD /t-say-dev/ HTTP/1.1
                    Host: x

                    GET /t-gone-dev/ HTTP/1.1
                    Host: x

                    GET /t-unchanged-dev/ HTTP/1.1
                    Host: x

                    HEAD /t-stream-dev/ HTTP/1.1
                    Host: x

                    GET /t-say-dev/ HTTP/1.1
                    Host: x

                    """);
            assertThat(client.head()).startsWith("HTTP/1.1 200").contains("content-length: 2\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204").doesNotContain("content-length");
            assertThat(client.head()).startsWith("HTTP/1.1 304");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.response()).endsWith("hi");
        }
    }

    @Test
    void readsChunkedBodies() throws Exception {
        assertThat(
                        ask(
                                """
                                POST /t-echo-dev/ HTTP/1.1
                                Host: x
                                Transfer-Encoding: chunked

                                5;x=y
                                hello
                                6
                                 world
                                0
                                X-Sum: v

                                """))
                .endsWith("hello world");
    }

    @Test
    void asksForABodyThatIsHeldBack() throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    """
                    POST /t-echo-dev/ HTTP/1.1
                    Host: x
                    Content-Length: 2
                    Expect: 100-continue

                    """);
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("ok");
            assertThat(client.response()).endsWith("ok");
        }
    }

    @Test
    void passesOverABodyThatNobodyReads() throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    "POST /t-say-dev/ HTTP/1.1\nHost: x\nContent-Length: 5\n\nabcde"
                            + "GET /t-say-dev/ HTTP/1.1\nHost: x\n\n");
            assertThat(client.response()).endsWith("hi");
            assertThat(client.response()).endsWith("hi");
        }
    }

    @Test
    void refusesABodyOverTheLimit() throws Exception {
        assertThat(
                        ask(
                                "POST /t-echo-dev/ HTTP/1.1\nHost: x\nX-Request-Id: big-one\n"
                                        + "Content-Length: 100001\n\n"
                                        + "x".repeat(100_001)))
                .startsWith("HTTP/1.1 413")
                .contains("application/problem+json", "body-too-large", "big-one");
        assertThat(host.lines(Line.Request.class))
                .filteredOn(line -> line.id().equals("big-one"))
                .singleElement()
                .satisfies(line -> assertThat(line.method()).isEqualTo("POST"))
                .satisfies(line -> assertThat(line.path()).isEqualTo("/t-echo-dev/"))
                .satisfies(line -> assertThat(line.status()).isEqualTo(413));
        assertThat(
                        ask(
                                "POST /t-echo-dev/ HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"
                                        + "186A1\n"
                                        + "x".repeat(100_001)))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void refusesAHeadOverTheLimit() throws Exception {
        assertThat(ask("GET / HTTP/1.1\nHost: x\nBig: " + "x".repeat(70_000) + "\n\n"))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large");
        assertThat(ask("GET / HTTP/1.1\nHost: x\nBig: " + "x".repeat(8_000) + "\n\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask("GET / HTTP/1.1\nHost: x\n" + "A: b\n".repeat(100) + "\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask("GET /" + "x".repeat(8_000) + " HTTP/1.1\nHost: x\n\n"))
                .startsWith("HTTP/1.1 414");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"
                        + "\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Type: b\r\nContent-Type: c\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void answersMalformedRequestsWithAProblem(String request) throws Exception {
        try (var client = new RawClient(host)) {
            client.sendExactly(request).endOutput();
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("application/problem+json", "malformed-request", "connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\nab\n0\n\n",
                "\nab",
                "-1\na\n0\n\n",
                "0x2\nab\n0\n\n",
                "2 \nab\n0\n\n",
                "fffffffffffffffff\na\n",
                "2\nabc\n0\n\n",
                "2\nab0\n\n",
                "0\n bad\n\n",
                "0\nnone\n\n",
                "0\nContent-Length: 3\n\n",
                "0\nhost: other\n\n",
                "0\nTransfer-Encoding: chunked\n\n"
            })
    void answersMalformedChunksWithAProblem(String chunks) throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                            "POST /t-echo-dev/ HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"
                                    + chunks)
                    .endOutput();
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void answersWhatItDoesNotSpeak() throws Exception {
        assertThat(ask("GET / HTTP/2.5\nHost: a\n\n")).startsWith("HTTP/1.1 505 ");
        assertThat(ask("GET / HTTP/1.1\nHost: a\nTransfer-Encoding: wonders, chunked\n\n"))
                .startsWith("HTTP/1.1 501 ");
        assertThat(ask("GET / HTTP/1.1\nHost: a\nExpect: wonders\n\n")).startsWith("HTTP/1.1 417 ");
    }

    @Test
    void takesTargetsInAbsoluteForm() throws Exception {
        assertThat(ask("GET http://other/t-head-dev/p?q HTTP/1.1\nHost: x\n\n"))
                .endsWith("GET|http|1.1|/t-head-dev/p|q|/t-head-dev|127.0.0.1|0");
    }

    @Test
    void leavesTheFragmentOfATarget() throws Exception {
        assertThat(ask("GET /t-head-dev/p?q#f HTTP/1.1\nHost: x\n\n"))
                .endsWith("GET|http|1.1|/t-head-dev/p|q|/t-head-dev|127.0.0.1|0");
    }

    @Test
    void tunnelsToNobody() throws Exception {
        assertThat(ask("CONNECT other:443 HTTP/1.1\nHost: other:443\n\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    void leavesCodingsBeforeChunkedToTheApp() throws Exception {
        assertThat(
                        ask(
                                "POST /t-echo-dev/ HTTP/1.1\nHost: x\nTransfer-Encoding: gzip"
                                        + "\nTransfer-Encoding: chunked\n\n2\nab\n0\n\n"))
                .endsWith("ab");
    }

    @Test
    void mapsHowAnInputEndedToAStatus() throws Exception {
        assertThat(ask("GET /t-fail-dev/ HTTP/1.1\nHost: x\n\n"))
                .startsWith("HTTP/1.1 500 ")
                .contains("app-failed", "ValueError: wrong value", "Traceback");
        assertThat(ask("GET /t-late-dev/ HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 504 ");
        assertThat(ask("GET /t-die-dev/ HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 502 ");
        assertThat(ask("GET /t-silent-dev/ HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 500 ");
        assertThat(ask("GET /t-crash-dev/ HTTP/1.1\nHost: x\n\n"))
                .startsWith("HTTP/1.1 500 ")
                .contains("host-failed")
                .doesNotContain("a bug in the host");
        assertThat(host.lines(Line.Failed.class))
                .anySatisfy(line -> assertThat(line.requestId()).isNotEmpty());
    }

    @Test
    void cutsAResponseThatFailsHalfWay() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-half-dev/ HTTP/1.1\nHost: x\n\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200").contains("content-length: 100");
        }
    }

    @Test
    void keepsAHarmlessRequestIdAndReplacesAnother() throws Exception {
        assertThat(ask("GET /t-say-dev/ HTTP/1.1\nHost: x\nX-Request-Id: abc-1\n\n"))
                .contains("x-request-id: abc-1\r\n");
        assertThat(ask("GET /t-say-dev/ HTTP/1.1\nHost: x\nX-Request-Id: a b\n\n"))
                .doesNotContain("a b");
    }

    @Test
    void noticesThatTheClientGoes() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-wait-dev/ HTTP/1.1\nHost: x\n\n");
            TestHost.await("the function waits", () -> host.runtime.gates.containsKey("gate"));
        }
        assertThat(host.runtime.clientGone.await(10, TimeUnit.SECONDS)).isTrue();
        host.runtime.gates.getOrDefault("gate", new CountDownLatch(0)).countDown();
    }

    @Test
    void dropsWhatAClientThatWentHadInTheQueue() throws Exception {
        try (var first = new RawClient(host)) {
            first.send("GET /t-alone-dev/ HTTP/1.1\nHost: x\n\n");
            TestHost.await("it runs", () -> host.runtime.gates.containsKey("solitude"));
            var begun = host.runtime.waits.get();
            for (var i = 0; i < 5; i++) {
                try (var next = new RawClient(host)) {
                    next.send("GET /t-alone-dev/ HTTP/1.1\nHost: x\nX-Request-Id: left\n\n");
                }
            }
            TestHost.await("all were dropped", () -> requests("left").size() == 5);
            assertThat(requests("left"))
                    .extracting(Line.Request::outcome)
                    .containsOnly("cancelled");
            host.runtime.gates.getOrDefault("solitude", new CountDownLatch(0)).countDown();
            assertThat(first.response()).endsWith("released solitude");
            assertThat(host.runtime.waits).hasValue(begun);
        }
    }

    private static List<Line.Request> requests(String id) throws InterruptedException {
        return host.lines(Line.Request.class).stream()
                .filter(line -> line.id().equals(id))
                .toList();
    }

    @Test
    void doesNotTakeAClientThatWaitsForOneThatWent() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-patient-dev/ HTTP/1.1\nHost: x\nX-Request-Id: patient\n\n");
            TestHost.await("watched", () -> host.runtime.gates.containsKey("patience"));
            host.runtime.gates.getOrDefault("patience", new CountDownLatch(0)).countDown();
            assertThat(client.response()).endsWith("released patience");
            client.send("GET /t-say-dev/ HTTP/1.1\nHost: x\n\n");
            assertThat(client.response()).endsWith("hi");
        }
        assertThat(host.lines(Line.Request.class))
                .filteredOn(line -> line.id().equals("patient"))
                .extracting(Line.Request::outcome)
                .containsExactly("ok");
    }

    @Test
    void servesALargeBodyWhole() throws Exception {
        var body = new byte[90_000];
        Arrays.fill(body, (byte) 'z');
        try (var client = new RawClient(host)) {
            client.send("POST /t-echo-dev/ HTTP/1.1\nHost: x\nContent-Length: 90000\n\n")
                    .send(body);
            assertThat(client.response()).endsWith("z".repeat(90_000));
        }
    }

    @Test
    void answersTheHostsOwnFiles() throws Exception {
        assertThat(ask("GET /_polyloom/problems HTTP/1.1\nHost: x\n\n"))
                .startsWith("HTTP/1.1 200")
                .contains("id=\"unknown-label\"");
        assertThat(ask("GET /_polyloom/other HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 404");
        assertThat(ask("POST /_polyloom/problems HTTP/1.1\nHost: x\nContent-Length: 0\n\n"))
                .startsWith("HTTP/1.1 405")
                .contains("allow: GET, HEAD");
    }

    @Test
    void routesByHostName() throws Exception {
        assertThat(ask("GET /p?q HTTP/1.1\nHost: T-Head-dev.localhost:1\n\n"))
                .endsWith("GET|http|1.1|/p|q||127.0.0.1|0");
    }
}
