// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How functions scale, keep to their limits and are told to scale otherwise, seen from outside: by
 * their answers and over the admin port.
 */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class ScalingIT {

    private static final Duration BOUND = Duration.ofMinutes(2);

    @TempDir private static Path gates;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve("src/test/apps/scaling/scale.py");
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
        client.close();
        threads.close();
    }

    // What the tests ask

    private Future<HttpResponse<String>> begin(String target) {
        return threads.submit(() -> host.get(target));
    }

    private static String body(Future<HttpResponse<String>> response) throws Exception {
        var answer = response.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String get(String target) throws Exception {
        var answer = host.get(target);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static Path gate(String name) {
        return gates.resolve(name);
    }

    private static String at(Path gate) {
        return "gate=" + URLEncoder.encode(gate.toString(), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> admin(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(host.adminUrl() + path))
                        .timeout(BOUND)
                        .header("content-type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode function(String name) throws Exception {
        var path = "/api/v1/functions/scale-" + name + "-dev";
        var answer = admin("GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private void awaitStat(String function, String name, int value) throws Exception {
        host.await(
                name + " of " + function + " is " + value,
                BOUND,
                () -> function(function).path("stats").path(name).asInt() == value);
    }

    private void awaitReplicas(String function, String state, int count) throws Exception {
        host.await(
                count + " replicas of " + function + " are " + state,
                BOUND,
                () -> function(function).path("replicas").path(state).asInt() == count);
    }

    // Scaling

    @Test
    void scalesOutUnderLoadAndDownAfterTheWindow() throws Exception {
        var gate = gate("wide");
        var held = new ArrayList<Future<HttpResponse<String>>>();
        for (var i = 0; i < 3; i++) {
            held.add(begin("/scale-wide-dev/?" + at(gate)));
        }
        awaitStat("wide", "num_running_inputs", 3);
        assertThat(function("wide").path("replicas").path("ready").asInt()).isEqualTo(3);
        Files.createFile(gate);
        var replicas = List.of(body(held.get(0)), body(held.get(1)), body(held.get(2)));
        assertThat(replicas).doesNotHaveDuplicates();
        awaitStat("wide", "num_total_runners", 0);
    }

    @Test
    void atTheMostReplicasInputsQueueFirstComeFirstServed() throws Exception {
        var gate = gate("narrow");
        var first = begin("/scale-narrow-dev/?name=a&" + at(gate));
        awaitStat("narrow", "num_running_inputs", 1);
        var second = begin("/scale-narrow-dev/?name=b");
        awaitStat("narrow", "backlog", 1);
        var third = begin("/scale-narrow-dev/?name=c");
        awaitStat("narrow", "backlog", 2);
        var fourth = begin("/scale-narrow-dev/?name=d");
        awaitStat("narrow", "backlog", 3);
        Files.createFile(gate);
        assertThat(body(first)).isEqualTo("[\"a\"]");
        assertThat(body(second)).isEqualTo("[\"a\",\"b\"]");
        assertThat(body(third)).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(body(fourth)).isEqualTo("[\"a\",\"b\",\"c\",\"d\"]");
    }

    @Test
    void anInputWaitsOnlySoLong() throws Exception {
        var gate = gate("impatient");
        var first = begin("/scale-impatient-dev/?" + at(gate));
        awaitStat("impatient", "num_running_inputs", 1);
        var late = host.get("/scale-impatient-dev/");
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body()).contains("queue-timeout");
        assertThat(late.headers().firstValueAsLong("retry-after").orElseThrow()).isPositive();
        Files.createFile(gate);
        assertThat(body(first)).isNotEmpty();
    }

    @Test
    void onlySoManyInputsWait() throws Exception {
        var gate = gate("crowded");
        var first = begin("/scale-crowded-dev/?" + at(gate));
        awaitStat("crowded", "num_running_inputs", 1);
        var second = begin("/scale-crowded-dev/");
        awaitStat("crowded", "backlog", 1);
        var third = host.get("/scale-crowded-dev/");
        assertThat(third.statusCode()).isEqualTo(503);
        assertThat(third.body()).contains("queue-full");
        assertThat(third.headers().firstValueAsLong("retry-after").orElseThrow()).isPositive();
        Files.createFile(gate);
        assertThat(body(first)).isEqualTo(body(second));
    }

    @Test
    void aDrainingReplicaDoesNotCount() throws Exception {
        var gate = gate("worn");
        var held = begin("/scale-worn-dev/?" + at(gate));
        awaitStat("worn", "num_running_inputs", 1);
        var old = get("/scale-worn-dev/");
        awaitReplicas("worn", "draining", 1);
        assertThat(get("/scale-worn-dev/")).isNotEqualTo(old);
        assertThat(function("worn").path("replicas").path("draining").asInt()).isEqualTo(1);
        Files.createFile(gate);
        assertThat(body(held)).isEqualTo(old);
        awaitReplicas("worn", "draining", 0);
    }

    @Test
    void aSingleUseReplicaServesOneInput() throws Exception {
        assertThat(get("/scale-once-dev/")).isNotEqualTo(get("/scale-once-dev/"));
    }

    @Test
    void aWebSocketKeepsItsReplica() throws Exception {
        var talk = new Talk();
        var socket = Talk.open(client, host, "/scale-sockets-dev/", talk);
        var _ = socket.sendText("who", true);
        var mine = talk.next();
        assertThat("text " + get("/scale-sockets-dev/")).isNotEqualTo(mine);
        awaitStat("sockets", "num_total_runners", 1);
        var _ = socket.sendText("and now", true);
        assertThat(talk.next()).isEqualTo(mine);
        var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        awaitStat("sockets", "num_total_runners", 0);
    }

    // Control

    @Test
    void codeAndOperatorsChangeHowAFunctionScales() throws Exception {
        assertThat(get("/scale-scaled-dev/")).isEqualTo("[1,1,0,0]");
        assertThat(get("/scale-scaled-dev/?minimum=2")).isEqualTo("[2,4,1.0]");
        awaitReplicas("scaled", "ready", 2);
        var path = "/api/v1/functions/scale-scaled-dev/autoscaler";
        var answer = admin("PATCH", path, "{\"min_containers\": 0, \"scaledown_window\": 0.2}");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"min_containers\":0,\"max_containers\":4,"
                                + "\"buffer_containers\":0,\"scaledown_window\":0.2}");
        awaitStat("scaled", "num_total_runners", 0);
        var refused = get("/scale-scaled-dev/?minimum=1");
        assertThat(refused).isEqualTo("[1,4,0.2]");
        assertThat(host.get("/scale-scaled-dev/?minimum=5").body())
                .contains("InvalidError", "min_containers must not exceed max_containers");
    }

    @Test
    void aRateLimitIsDeclaredInPython() throws Exception {
        assertThat(get("/scale-limited-dev/")).contains("within");
        assertThat(get("/scale-limited-dev/")).contains("within");
        var refused = host.get("/scale-limited-dev/");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("ratelimit-policy"))
                .contains("\"function\";q=2;w=2000");
    }

    // Starts

    @Test
    void aStartIsToldInTheAnswerAndInTheMetrics() throws Exception {
        var path = "/scale-warmed-dev/?name=first";
        var first = host.get(path);
        assertThat(first.body()).isEqualTo("[\"called\",\"requested\",\"first\"]");
        assertThat(first.headers().firstValue("server-timing").orElseThrow()).endsWith(", cold");
        var second = host.get(path);
        assertThat(second.headers().firstValue("server-timing").orElseThrow())
                .doesNotContain("cold")
                .contains("start;dur=0.000");
        var metrics = admin("GET", "/metrics", "").body();
        assertThat(metrics)
                .contains(
                        "polyloom_isolate_start_seconds_count{app=\"scale\",function=\"warmed\","
                                + "phase=\"warm-up\"} 1")
                .contains(
                        "function=\"warmed\",phase=\"load\"}",
                        "function=\"warmed\",phase=\"enter\"}")
                .containsPattern("polyloom_contexts\\{state=\"claimed\"} [1-9]")
                .contains("polyloom_inputs_cold_total{app=\"scale\",function=\"warmed\"} 1.0")
                .contains(
                        "polyloom_replicas{app=\"scale\",function=\"warmed\",state=\"ready\"} 1.0");
    }

    @Test
    void aWarmUpThatFailsMakesTheStartFail() throws Exception {
        var answer = host.get("/scale-cold-dev/?x=1");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("not even warm");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }
}
