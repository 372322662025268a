// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that an app makes of what it was sent must not become several. */
final class ResponseSplittingTest {

    @TempDir static Path folder;

    private static TestHost host;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(
                folder.resolve("r.py"),
                """
                crlf: inject value a\\r\\nx-evil: 1
                lf: inject value a\\nx-evil: 1
                cr: inject value a\\rx-evil: 1
                nul: inject value a\\0x-evil: 1
                body: inject value a\\r\\n\\r\\nx-evil
                name: inject name x-a\\r\\nx-evil
                colon: inject name x-a: b\\r\\nx-evil
                hint: inject hint a\\r\\nx-evil: 1
                reason: inject reason Fine\\r\\nx-evil: 1
                trailer: inject trailer a\\r\\nx-evil: 1
                socket: inject
                """);
        host = TestHost.serve(folder);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crlf", "lf", "cr", "nul", "body", "name", "colon", "hint", "reason"})
    void isRefused(String function) throws Exception {
        var path = "/r-" + function + "-dev/";
        try (var client = new RawClient(host)) {
            client.send("GET " + path + " HTTP/1.1\nHost: x\nConnection: close\n\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 500 ").doesNotContain("evil");
        }
        if (!function.equals("reason")) { // HTTP/2 has none
            try (var client = new Http2Client(host)) {
                client.get(1, path);
                assertThat(client.body(1)).asString().contains("\"status\":500");
            }
        }
    }

    @Test
    void isRefusedAfterABody() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /r-trailer-dev/ HTTP/1.1\nHost: x\nTE: trailers\n\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").doesNotContain("evil");
        }
    }

    @Test
    void isRefusedInTheHandshakeOfAWebSocket() throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    """
                    GET /r-socket-dev/ HTTP/1.1
                    Host: x
                    Upgrade: websocket
                    Connection: Upgrade
                    Sec-WebSocket-Version: 13
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                    """);
            assertThat(client.rest()).startsWith("HTTP/1.1 500 ").doesNotContain("evil");
        }
    }
}
