// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.ClientGone;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.InputOutcome.TimedOut;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests on their way to a server that says exactly what the test wants. */
@Timeout(30)
final class PortProxyTest {

    private static final String OK = "HTTP/1.1 200 OK\ncontent-length: 2\n\nhi";

    private static PortProxy proxy(ScriptedServer server) {
        return new PortProxy(server.dialer(), "the server", Duration.ofMinutes(1), () -> false);
    }

    private static InputOutcome serve(ScriptedServer server, KeptExchange exchange)
            throws InterruptedException {
        return proxy(server).serve(exchange);
    }

    // Requests

    @Test
    void theServerIsToldWhomTheRequestComesFromAndNotWhatAClientClaims() throws Exception {
        try (ScriptedServer server = ScriptedServer.saying(OK)) {
            KeptExchange exchange =
                    KeptExchange.get(
                            "/a%20b?x=%31&x=2",
                            "host",
                            "example.org",
                            "x-forwarded-for",
                            "6.6.6.6",
                            "forwarded",
                            "for=6.6.6.6",
                            "cookie",
                            "a=1",
                            "cookie",
                            "b=\u00fc");
            assertThat(serve(server, exchange)).isEqualTo(new Completed());
            assertThat(server.request())
                    .startsWith("GET /a%20b?x=%31&x=2 HTTP/1.1\r\nhost: example.org\r\n")
                    .contains(
                            "\r\ncookie: a=1\r\ncookie: b=\u00fc\r\n",
                            "\r\nx-forwarded-for: 192.0.2.7\r\n",
                            "\r\nx-forwarded-proto: https\r\n",
                            "\r\nx-forwarded-host: example.org\r\n",
                            "\r\nx-forwarded-prefix: /app\r\n",
                            "\r\nx-request-id: the-id\r\n")
                    .doesNotContain("6.6.6.6", "content-length", "transfer-encoding");
        }
    }

    @Test
    void fieldsOfTheConnectionStay() throws Exception {
        try (ScriptedServer server = ScriptedServer.saying(OK)) {
            var _ =
                    serve(
                            server,
                            KeptExchange.get(
                                    "/",
                                    "host",
                                    "h",
                                    "connection",
                                    "close, X-Mine",
                                    "x-mine",
                                    "1",
                                    "te",
                                    "trailers",
                                    "upgrade",
                                    "h2c",
                                    "x-yours",
                                    "2"));
            assertThat(server.request())
                    .contains("\r\nx-yours: 2\r\n", "\r\nconnection: close\r\n")
                    .doesNotContain("x-mine", "te:", "upgrade");
        }
    }

    @Test
    void aBodyGoesWithItsLengthOrInChunks() throws Exception {
        ScriptedServer.Script echo =
                (in, out) -> {
                    byte[] body = in.readNBytes(5);
                    out.write(
                            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
                                            + new String(body, ISO_8859_1))
                                    .getBytes(ISO_8859_1));
                };
        try (ScriptedServer server = new ScriptedServer(echo)) {
            KeptExchange exchange =
                    new KeptExchange(
                            "PUT",
                            "/",
                            "12345",
                            false,
                            "host",
                            "h",
                            "content-length",
                            "5",
                            "expect",
                            "100-continue");
            assertThat(serve(server, exchange)).isEqualTo(new Completed());
            assertThat(exchange.text()).isEqualTo("12345");
            assertThat(server.request())
                    .contains("\r\ncontent-length: 5\r\n")
                    .doesNotContain("expect");
            KeptExchange chunked =
                    new KeptExchange(
                            "POST",
                            "/",
                            "12345678901",
                            true,
                            "host",
                            "h",
                            "transfer-encoding",
                            "chunked");
            assertThat(serve(server, chunked)).isEqualTo(new Completed());
            assertThat(server.request())
                    .contains("\r\ntransfer-encoding: chunked\r\n")
                    .doesNotContain("content-length");
            assertThat(chunked.text()).isEqualTo("b\r\n12");
        }
    }

    // Responses

    @Test
    void anAnswerComesAsItWasSent() throws Exception {
        String answer =
                """
                HTTP/1.1 103 Early Hints
                link: </a>

                HTTP/1.0 302 Found
                Location: /there
                Set-Cookie: a=1
                Set-Cookie: b=2
                Content-Encoding: gzip
                Connection: close, x-hop
                x-hop: 1

                not gzip\
                """;
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            assertThat(serve(server, exchange)).isEqualTo(new Completed());
            assertThat(exchange.status()).isEqualTo(302);
            assertThat(exchange.headers().all("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(exchange.headers().first("location")).contains("/there");
            assertThat(exchange.headers().first("x-hop")).isEmpty();
            assertThat(exchange.headers().first("connection")).isEmpty();
            assertThat(exchange.text()).isEqualTo("not gzip");
            assertThat(exchange.finished()).isTrue();
        }
    }

    @Test
    void chunksArePutTogether() throws Exception {
        String answer =
                """
                HTTP/1.1 200 OK
                content-length: 7
                transfer-encoding: chunked

                3;x=y
                abc
                10
                0123456789abcdef
                0
                trailer: 1

                """;
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            assertThat(serve(server, exchange)).isEqualTo(new Completed());
            assertThat(exchange.text()).isEqualTo("abc0123456789abcdef");
            assertThat(exchange.headers().first("content-length")).isEmpty();
        }
    }

    @Test
    void theAnswerToHeadHasALengthAndNoBody() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.saying("HTTP/1.1 200 OK\ncontent-length: 1000\n\n")) {
            KeptExchange exchange = new KeptExchange("HEAD", "/", "", false, "host", "h");
            assertThat(serve(server, exchange)).isEqualTo(new Completed());
            assertThat(exchange.headers().first("content-length")).contains("1000");
            assertThat(exchange.finished()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH\n",
                "HTTP/1.1 2000 OK\n\n",
                "HTTP/1.1 200 OK\nno colon\n\n",
                "HTTP/1.1 200 OK\nbad name: 1\n\n",
                "HTTP/1.1 200 OK\ncontent-length: 1\ncontent-length: 2\n\nab",
                "HTTP/1.1 200 OK\ncontent-length: -1\n\n",
                "HTTP/1.1 200 OK\ntransfer-encoding: gzip, chunked\n\n",
                "HTTP/1.1 101 Switching Protocols\nupgrade: x\n\n",
                "HTTP/1.1 200 OK\ncontent-le"
            })
    void whatIsNotHttpIsABadGateway(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            assertThat(serve(server, exchange)).isInstanceOf(AppFailed.class);
            assertThat(exchange.status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\ncontent-length: 10\n\nabc",
                "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n3\nabc\n",
                "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n3\nabcdef\n",
                "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\nxyz\n"
            })
    void anAnswerThatBreaksOffIsNotTakenForWhole(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.saying(answer)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            assertThat(serve(server, exchange)).isInstanceOf(AppFailed.class);
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.finished()).isFalse();
        }
    }

    @Test
    void anEndlessHeadIsABadGateway() throws Exception {
        ScriptedServer.Script endless =
                (_, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
                    for (int i = 0; i < 100_000; i++) {
                        out.write(("x-" + i + ": aaaaaaaaaaaaaaaa\r\n").getBytes(ISO_8859_1));
                    }
                };
        try (ScriptedServer server = new ScriptedServer(endless)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            assertThat(serve(server, exchange)).isInstanceOf(AppFailed.class);
            assertThat(exchange.status()).isEqualTo(502);
        }
    }

    // Ends

    @Test
    void aServerThatIsGoneBeginsNothing() throws Exception {
        ScriptedServer server = ScriptedServer.saying(OK);
        server.close();
        KeptExchange exchange = KeptExchange.get("/", "host", "h");
        assertThat(serve(server, exchange)).isInstanceOf(NotBegun.class);
        assertThat(exchange.started()).isFalse();
    }

    @Test
    void aServerThatEndsUnderTheRequestIsALostIsolate() throws Exception {
        CountDownLatch made = new CountDownLatch(1);
        ScriptedServer[] self = new ScriptedServer[1];
        self[0] =
                new ScriptedServer((_, _) -> {
                    awaitQuietly(made);
                    self[0].close();
                });
        made.countDown();
        assertThat(serve(self[0], KeptExchange.get("/", "host", "h")))
                .isInstanceOf(IsolateLost.class);
    }

    @Test
    void aRequestThatRunsTooLongIsCutOff() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((_, _) -> awaitQuietly(never))) {
            PortProxy proxy =
                    new PortProxy(server.dialer(), "s", Duration.ofMillis(1), () -> false);
            FutureTask<InputOutcome> served =
                    new FutureTask<>(() -> proxy.serve(KeptExchange.get("/", "host", "h")));
            Thread.ofVirtual().start(served);
            var _ = server.request();
            proxy.enforceTimeout(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
            assertThat(served.get(10, TimeUnit.SECONDS))
                    .isEqualTo(new TimedOut(Duration.ofMillis(1)));
        } finally {
            never.countDown();
        }
    }

    @Test
    void aClientThatLeavesEndsTheConnectionToTheServer() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        ScriptedServer.Script untilBroken =
                (in, _) -> {
                    if (in.read() < 0) {
                        broken.countDown();
                    }
                };
        try (ScriptedServer server = new ScriptedServer(untilBroken)) {
            KeptExchange exchange = KeptExchange.get("/", "host", "h");
            FutureTask<InputOutcome> served = new FutureTask<>(() -> serve(server, exchange));
            Thread.ofVirtual().start(served);
            var _ = server.request();
            assertThat(exchange.watched()).isTrue();
            exchange.leave();
            assertThat(served.get(10, TimeUnit.SECONDS)).isEqualTo(new ClientGone());
            assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneThatDrainsLetsRequestsEndAndBeginsNone() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ScriptedServer.Script gated =
                (_, out) -> {
                    awaitQuietly(gate);
                    out.write(OK.replace("\n", "\r\n").getBytes(ISO_8859_1));
                };
        try (ScriptedServer server = new ScriptedServer(gated)) {
            PortProxy proxy = proxy(server);
            FutureTask<InputOutcome> served =
                    new FutureTask<>(() -> proxy.serve(KeptExchange.get("/", "host", "h")));
            Thread.ofVirtual().start(served);
            var _ = server.request();
            proxy.drain(Duration.ZERO);
            assertThat(served.isDone()).isFalse();
            assertThat(proxy.serve(KeptExchange.get("/", "host", "h")))
                    .isInstanceOf(NotBegun.class);
            gate.countDown();
            proxy.drain(Duration.ofSeconds(20));
            assertThat(served.get(10, TimeUnit.SECONDS)).isEqualTo(new Completed());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            var _ = latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
