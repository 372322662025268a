// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads of the guest go on while the owner thread waits, and beside one another. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class ThreadsIT {

    /** Less than an idle owner waits before it looks again. */
    private static final Duration BOUND = Duration.ofSeconds(45);

    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host =
                HostProcess.serve(
                        Path.of("src/test/apps/threads/threads.py").toString(),
                        Path.of("src/test/apps/threads/computing.py").toString(),
                        Path.of("src/test/apps/threads/meeting.py").toString(),
                        Path.of("src/test/apps/threads/late.py").toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "asgi", "wsgi"})
    void aThreadLoadsACExtensionWhileNothingIsAsked(String function) throws Exception {
        assertThat(host.get("/threads-" + function + "-dev/").body()).isEqualTo("\"begun\"");
        awaitLoaded(function);
    }

    @Test
    void aThreadLoadsACExtensionWhileTheBodyIsAwaited() throws Exception {
        URI url = host.url("/threads-reading-dev/");
        try (Socket client = new Socket(url.getHost(), url.getPort())) {
            OutputStream out = client.getOutputStream();
            say(
                    out,
                    "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab"
                            .formatted(url.getPath()));
            awaitLoaded("reading");
            say(out, "cd");
            String answer =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("abcd");
        }
    }

    /** Failed before: GraalPy has threads take turns in the first context that has several. */
    @Test
    void threadsThatComputeLetTheOthersRunInEachReplica() throws Exception {
        for (String function : List.of("first", "second", "third")) {
            assertThat(host.get("/computing-" + function + "-dev/begin").body()).isEqualTo("begun");
        }
        for (String function : List.of("first", "second", "third")) {
            assertThat(host.get("/computing-" + function + "-dev/end").body()).isEqualTo("ended");
            host.await(
                    function + " has ended",
                    BOUND,
                    () ->
                            host.printed("[computing/" + function + "] computed")
                                    && host.printed("[computing/" + function + "] told"));
        }
    }

    /** Failed before: AnyIO took each request for the one that its threads should end with. */
    @Test
    void requestsShareTheThreadsOfTheirReplica() throws Exception {
        String first = host.get("/computing-thread-dev/").body();
        assertThat(first).contains("AnyIO worker thread");
        assertThat(host.get("/computing-thread-dev/").body()).isEqualTo(first);
        assertThat(host.get("/computing-thread-dev/").body()).isEqualTo(first);
    }

    /** Failed before for WSGI: a replica that took several inputs ran one after the other. */
    @ParameterizedTest
    @CsvSource({
        "plain, 200, '\"a\"', '\"b\"'",
        "fails, 418, '{\"detail\":\"a\"}', '{\"detail\":\"b\"}'",
        "fastapi, 200, '\"a\"', '\"b\"'",
        "wsgi, 200, 'name=a  True', 'name=b  True'"
    })
    void synchronousInputsOfOneReplicaDoNotWaitForEachOther(
            String function, int status, String first, String second) throws Exception {
        CompletableFuture<HttpResponse<String>> a =
                host.later("/meeting-" + function + "-dev/?name=a");
        HttpResponse<String> b = host.get("/meeting-" + function + "-dev/?name=b");
        assertThat(b.body()).isEqualTo(second);
        assertThat(b.statusCode()).isEqualTo(status);
        assertThat(a.get(60, TimeUnit.SECONDS).body()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({
        "/meeting-body-dev/, '{\"name\":\"a\"}', '\"a\"'",
        "/meeting-wsgi-dev/, hello, ' hello True'"
    })
    void norDoThoseWithABody(String path, String body, String answer) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(host.url(path))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(BodyPublishers.ofString(body))
                        .build();
        CompletableFuture<HttpResponse<String>> other =
                host.client().sendAsync(request, BodyHandlers.ofString());
        assertThat(host.client().send(request, BodyHandlers.ofString()).body()).isEqualTo(answer);
        assertThat(other.get(60, TimeUnit.SECONDS).body()).isEqualTo(answer);
    }

    @Test
    void whatAThreadReturnsMayBeAStream() throws Exception {
        CompletableFuture<HttpResponse<String>> a = host.later("/meeting-streams-dev/?name=a");
        assertThat(host.get("/meeting-streams-dev/?name=b").body())
                .isEqualTo("b".repeat(2_000_000));
        assertThat(a.get(60, TimeUnit.SECONDS).body()).isEqualTo("a".repeat(2_000_000));
    }

    @Test
    void whatAThreadRaisesMayEndTheReplica() throws Exception {
        for (int time = 0; time < 2; time++) {
            CompletableFuture<HttpResponse<String>> a = host.later("/meeting-ends-dev/");
            assertThat(host.get("/meeting-ends-dev/").statusCode()).isIn(500, 502);
            assertThat(a.get(60, TimeUnit.SECONDS).statusCode()).isIn(500, 502);
        }
    }

    /** Another isolate would count from one again. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "wsgi"})
    void aTimeoutEndsTheThreadsInputAlone(String function) throws Exception {
        String path = "/late-" + function + "-dev/?what=";
        assertThat(host.get(path + "count").body()).isEqualTo("\"1\"");
        List<CompletableFuture<HttpResponse<String>>> late =
                Stream.of("loop", "sleep", "clean").map(what -> host.later(path + what)).toList();
        assertThat(host.get(path + "count").body()).isEqualTo("\"2\"");
        for (CompletableFuture<HttpResponse<String>> answer : late) {
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        }
        host.await("cleaned", BOUND, () -> host.printed("[late/" + function + "] cleaned"));
        assertThat(host.get(path + "count").body()).isEqualTo("\"3\"");
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private void awaitLoaded(String function) throws InterruptedException {
        host.await(
                function + " has loaded it",
                BOUND,
                () -> host.printed("[threads/" + function + "] loaded"));
    }
}
