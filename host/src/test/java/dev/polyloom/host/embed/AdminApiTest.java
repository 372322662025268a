// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.terminal.Line;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The functions over the admin listener. */
final class AdminApiTest {

    private static final String FUNCTIONS = "/api/v1/functions";
    private static final String SCALE = FUNCTIONS + "/t-one-dev/autoscaler";

    @TempDir private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("t.py"), "one: alone gate\ntwo: say 2");
        host = TestHost.serve(folder);
    }

    @AfterEach
    void stop() {
        client.close();
        host.close();
    }

    private HttpResponse<String> ask(String method, String path, String body, String... headers)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(host.host.adminUrl() + path))
                        .timeout(TestHost.BOUND)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        var response = ask("GET", path, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private HttpResponse<String> scale(String body) throws Exception {
        return ask("PATCH", SCALE, body, "Content-Type", "application/json");
    }

    @Test
    void listsWhatIsServedAndHowBusyItIs() throws Exception {
        var all = get(FUNCTIONS).path("functions");
        assertThat(all.size()).isEqualTo(2);
        var one = all.get(0);
        assertThat(one.path("label").asString()).isEqualTo("t-one-dev");
        assertThat(one.path("app").asString()).isEqualTo("t");
        assertThat(one.path("function").asString()).isEqualTo("one");
        assertThat(one.path("kind").asString()).isEqualTo("web_endpoint");
        assertThat(one.path("url").asString())
                .isEqualTo("http://t-one-dev.localhost:" + host.host.port() + "/");
        host.runtime.gates.put("gate", new CountDownLatch(1));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 3; i++) {
                var _ = threads.submit(() -> host.get("/t-one-dev/"));
            }
            TestHost.await(
                    "one input runs and two wait",
                    () -> {
                        var stats = get(FUNCTIONS + "/t-one-dev").path("stats");
                        return stats.path("backlog").asInt() == 2
                                && stats.path("num_running_inputs").asInt() == 1;
                    });
            var busy = get(FUNCTIONS + "/t-one-dev");
            assertThat(busy.path("stats").path("num_total_runners").asInt()).isEqualTo(1);
            assertThat(busy.path("stats").path("input_headroom").asInt()).isZero();
            assertThat(busy.path("replicas").path("ready").asInt()).isEqualTo(1);
            assertThat(scale("{\"max_containers\": 3}").body())
                    .isEqualTo(
                            "{\"min_containers\":0,\"max_containers\":3,"
                                    + "\"buffer_containers\":0,\"scaledown_window\":60.0}");
            TestHost.await("the others run as well", () -> host.runtime.waits.get() == 3);
            host.runtime.gates.get("gate").countDown();
        }
    }

    @Test
    void itsAddressIsToldAtStart() throws Exception {
        assertThat(host.lines(Line.Note.class))
                .extracting(Line.Note::text)
                .contains("admin http://127.0.0.1:" + host.host.adminPort());
    }

    @Test
    void aMinimumStartsReplicasAndAShorterWindowEndsThem() throws Exception {
        assertThat(scale("{\"min_containers\": 1, \"scaledown_window\": null}").statusCode())
                .isEqualTo(200);
        TestHost.await("a replica runs", () -> host.runtime.running.get() == 1);
        assertThat(scale("{\"min_containers\": 0, \"scaledown_window\": 0}").statusCode())
                .isEqualTo(200);
        TestHost.await("it has gone", () -> host.runtime.running.get() == 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"min_containers\": 2} | 422 | min_containers must not exceed max_containers",
                "{\"min_containers\": -1} | 422 | min_containers must not be negative",
                "{\"min_containers\": 1.5} | 422 | min_containers must be an integer",
                "{\"max_containers\": \"3\"} | 422 | max_containers must be an integer",
                "{\"scaledown_window\": 1e9} | 422 | from 0 to 86400",
                "{\"replicas\": 1} | 422 | unknown setting 'replicas'",
                "[] | 422 | must be a JSON object",
                "{\"min_containers\": | 400 | is no JSON"
            })
    void refusesSettingsThatMakeNoSense(String body, int status, String detail) throws Exception {
        var response = scale(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
        assertThat(response.body()).contains(detail);
        assertThat(get(FUNCTIONS + "/t-one-dev").path("autoscaler").path("max_containers").asInt())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatIsNotMeantForIt() throws Exception {
        assertThat(ask("GET", FUNCTIONS + "/nobody", "").statusCode()).isEqualTo(404);
        var wrong = ask("POST", FUNCTIONS, "{}", "Content-Type", "application/json");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).contains("GET");
        assertThat(ask("PATCH", SCALE, "{}", "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
        assertThat(scale(" ".repeat(70_000)).statusCode()).isEqualTo(413);
        var foreign = ask("GET", FUNCTIONS, "", "Origin", "https://evil.example");
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.body()).contains("forbidden-origin");
    }
}
