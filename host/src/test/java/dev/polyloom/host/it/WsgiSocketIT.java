// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** WebSockets in WSGI applications, with Flask-Sock as it is. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class WsgiSocketIT {

    private static final Path APPS = Path.of("src/test/apps/wsgisockets");
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String SINGLE = "/socks-single-dev";
    private static final String SHARED = "/socks-shared-dev";

    private final HttpClient client = HttpClient.newHttpClient();
    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve(APPS.resolve("socks.py").toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
        client.close();
    }

    private WebSocket open(String path, Talk talk, String... protocols) throws Exception {
        return Talk.open(client, host, path, talk, protocols);
    }

    @Test
    void messagesGoBothWaysAndTheApplicationCloses() throws Exception {
        Talk talk = new Talk();
        WebSocket socket = open(SINGLE + "/echo", talk);
        socket.sendText("grüße", true).join();
        assertThat(talk.next()).isEqualTo("text echo grüße");
        socket.sendBinary(ByteBuffer.wrap(new byte[300_000]), true).join();
        assertThat(talk.next()).isEqualTo("binary 300000");
        socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
        assertThat(talk.next()).isEqualTo("pong 1");
        socket.sendText("bye", true).join();
        assertThat(talk.next()).isEqualTo("close 4001 see you");
    }

    @Test
    void theEnvironTellsOfTheRequest() throws Exception {
        Talk talk = new Talk();
        WebSocket socket = open(SINGLE + "/about?a=1", talk, "other", "chat");
        assertThat(socket.getSubprotocol()).isEqualTo("chat");
        assertThat(talk.next()).isEqualTo("text http /about 1 chat");
        assertThat(talk.next()).isEqualTo("close 1000 ");
    }

    @Test
    void theApplicationMayRefuse() throws Exception {
        assertThat(Talk.denied(client, host, SINGLE + "/echo?secret").statusCode()).isEqualTo(401);
        assertThat(Talk.denied(client, host, SINGLE + "/nothing").statusCode()).isEqualTo(404);
        assertThat(Talk.denied(client, host, SINGLE + "/").statusCode()).isEqualTo(400);
        assertThat(host.get(SINGLE + "/echo").statusCode()).isEqualTo(400);
    }

    @Test
    void aReplicaIsFreeAgainWhenItsConnectionHasEnded() throws Exception {
        for (String last : new String[] {"return", "bye", ""}) {
            Talk talk = new Talk();
            WebSocket socket = open(SINGLE + "/echo", talk);
            if (last.isEmpty()) {
                socket.abort();
            } else {
                socket.sendText(last, true).join();
                assertThat(talk.next()).startsWith("close ");
            }
            HttpResponse<String> after = host.get(SINGLE + "/");
            assertThat(after.statusCode()).as("%s %s", after.body(), host.lines()).isEqualTo(200);
        }
        assertThat(host.printed("lost an isolate")).isFalse();
    }

    @Test
    void anExceptionClosesTheConnectionAndIsTold() throws Exception {
        Talk talk = new Talk();
        WebSocket socket = open(SINGLE + "/echo", talk);
        socket.sendText("raise", true).join();
        assertThat(talk.next()).startsWith("close 1011");
        host.await("the exception is told", BOUND, () -> host.printed("on purpose"));
    }

    @Test
    void severalConnectionsAndRequestsShareAReplicaThatMayTakeThem() throws Exception {
        Talk[] talks = {new Talk(), new Talk(), new Talk()};
        WebSocket[] sockets = new WebSocket[talks.length];
        for (int i = 0; i < talks.length; i++) {
            sockets[i] = open(SHARED + "/room", talks[i]);
            assertThat(talks[i].next()).isEqualTo("text in");
        }
        assertThat(host.get(SHARED + "/").body()).contains("\"room\":3");
        sockets[1].sendText("hello all", true).join();
        for (Talk talk : talks) {
            assertThat(talk.next()).isEqualTo("text hello all");
        }
        for (WebSocket socket : sockets) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
        host.await("all have left", BOUND, () -> body(SHARED + "/").contains("\"room\":0"));
    }

    private String body(String path) throws IOException, InterruptedException {
        return host.get(path).body();
    }
}
