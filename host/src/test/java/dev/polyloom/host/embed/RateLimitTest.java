// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.polyloom.bridge.RateLimit;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits over HTTP. The rates are so low that no bucket gets a token while a test runs. */
final class RateLimitTest {

    private static final double ALMOST_NEVER = 0.0001;

    @TempDir private Path folder;

    private static HostConfig atMost(HostConfig config, int inputs) {
        return config.withLimits(
                new HostLimits(Optional.of(new RateLimit(ALMOST_NEVER, inputs)), 64, 2));
    }

    @Test
    void theHostsLimitHoldsForAllFunctionsTogether() throws Exception {
        Files.writeString(folder.resolve("t.py"), "one: say 1\ntwo: say 2\nsocket: echo");
        try (var host = TestHost.serve(folder, config -> atMost(config, 3))) {
            var first = host.get("/t-one-dev/");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.headers().firstValue("ratelimit-policy"))
                    .contains("\"host\";q=3;w=30000");
            assertThat(first.headers().firstValue("ratelimit").orElseThrow())
                    .startsWith("\"host\";r=2;t=");
            assertThat(host.get("/nothing/").statusCode()).isEqualTo(404);
            assertThat(host.get("/t-two-dev/").statusCode()).isEqualTo(200);
            try (var client = HttpClient.newHttpClient()) {
                var uri = host.uri("/t-socket-dev/").toString().replace("http:", "ws:");
                var socket = client.newWebSocketBuilder();
                socket.buildAsync(URI.create(uri), new WebSocket.Listener() {}).get().abort();
                var refused =
                        catchThrowableOfType(
                                ExecutionException.class,
                                () ->
                                        socket.buildAsync(
                                                        URI.create(uri),
                                                        new WebSocket.Listener() {})
                                                .get());
                assertThat(refused.getCause())
                        .isInstanceOfSatisfying(
                                WebSocketHandshakeException.class,
                                e -> assertThat(e.getResponse().statusCode()).isEqualTo(429));
            }
            var refused = host.get("/t-one-dev/");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow())
                    .isBetween(9_000L, 10_000L);
            assertThat(refused.headers().firstValue("ratelimit").orElseThrow())
                    .startsWith("\"host\";r=0;t=");
            assertThat(refused.body())
                    .contains("rate-limited", "this host takes 0.0001 inputs a second");
            assertThat(host.admin("/metrics"))
                    .contains(
                            "polyloom_rejected_total{app=\"t\",function=\"one\","
                                    + "reason=\"rate_limit_host\"} 1.0");
        }
    }

    @Test
    void aFunctionDeclaresItsOwnAndItsClients() throws Exception {
        Files.writeString(
                folder.resolve("Shop.java"),
                """
                import dev.polyloom.sdk.RateLimit;
                import dev.polyloom.sdk.WebEndpoint;

                @RateLimit(value = 0.0001, burst = 3)
                public class Shop {
                    @WebEndpoint public String all() { return "all"; }

                    @WebEndpoint
                    @RateLimit(value = 0.0001, burst = 3)
                    @RateLimit(value = 0.0001, burst = 1, perClient = true)
                    public String each() { return "each"; }
                }
                """);
        try (var host = TestHost.serve(folder, RateLimitTest::trusting)) {
            for (var i = 0; i < 3; i++) {
                assertThat(host.get("/shop-all-dev/").statusCode()).isEqualTo(200);
            }
            assertThat(host.get("/shop-all-dev/").body())
                    .contains("this function takes 0.0001 inputs");
            assertThat(from(host, "192.0.2.1")).isEqualTo(200);
            assertThat(from(host, "192.0.2.1")).isEqualTo(429);
            assertThat(from(host, "192.0.2.2")).isEqualTo(200);
            assertThat(from(host, "192.0.2.3")).isEqualTo(200);
            var last = host.get("/shop-each-dev/", "X-Forwarded-For", "192.0.2.4");
            assertThat(last.statusCode()).isEqualTo(429);
            assertThat(last.headers().firstValue("ratelimit-policy"))
                    .contains("\"client\";q=1;w=10000, \"function\";q=3;w=30000");
        }
    }

    private static HostConfig trusting(HostConfig config) {
        return config.withTrustedProxies(Set.of("127.0.0.1"));
    }

    private static int from(TestHost host, String client) throws Exception {
        return host.get("/shop-each-dev/", "X-Forwarded-For", client).statusCode();
    }

    @Test
    void aWrongLimitIsAFaultOfTheApp() throws Exception {
        Files.writeString(
                folder.resolve("Wrong.java"),
                """
                public class Wrong {
                    @dev.polyloom.sdk.WebEndpoint
                    @dev.polyloom.sdk.RateLimit(0)
                    public String f() { return ""; }
                }
                """);
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/wrong-f-dev/").body()).contains("the rate must be above 0");
        }
    }
}
