// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that harm themselves: their inputs are answered, and nothing else notices. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(240)
final class FailureIT {

    private static final Path APPS = Path.of("src/test/apps/failure");
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String STEADY = "/slow-steady-dev/";

    private static final String STARTING =
            """
            from polyloom import App, wsgi_app

            app = App("starting")

            @app.function()
            @wsgi_app()
            def pages():
                %s

                def application(environ, start_response):
                    start_response("200 OK", [])
                    return [b"well"]

                return application
            """;

    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve("--max-abandoned-threads", "0", APPS.toString());
    }

    @AfterAll
    void stop() throws Exception {
        assertThat(host.get(STEADY).body()).isEqualTo("\"steady\"");
        host.stop();
    }

    /** Which isolate answers, and what has ended in it. */
    private HttpResponse<String> ask(String function) throws IOException, InterruptedException {
        HttpResponse<String> response = host.get("/slow-" + function + "-dev/");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response;
    }

    private static String isolate(HttpResponse<String> response) {
        return response.body().substring(0, response.body().lastIndexOf(':'));
    }

    @ParameterizedTest
    @CsvSource({
        "plain,spin",
        "plain,sleep",
        "plain,wait",
        "plain,accept",
        "coroutine,spin",
        "coroutine,sleep",
        "coroutine,asleep",
        "pages,spin",
        "pages,accept",
        "routes,spin",
        "routes,sleep",
    })
    void codeThatRunsTooLongIsInterruptedAndItsIsolateServesOn(String function, String kind)
            throws Exception {
        String before = isolate(ask(function));
        HttpResponse<String> late = host.get("/slow-" + function + "-dev/?kind=" + kind);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
        HttpResponse<String> after = ask(function);
        assertThat(isolate(after)).as("the same isolate").isEqualTo(before);
        if (!kind.equals("spin")) {
            // GraalPy 25.0 may leave a compiled loop without its handlers; see docs/python.md.
            assertThat(after.body()).as("its finally ran").contains(kind);
        }
    }

    @Test
    void anotherInputsEndLeavesCodeThatIsWithinItsTimeAlone() throws Exception {
        String before = host.get("/slow-shared-dev/").body();
        var asleep = host.later("/slow-shared-dev/?asleep");
        host.await("most of its time is over", BOUND, () -> host.printed("asleep still"));
        var busy = host.later("/slow-shared-dev/?busy");
        assertThat(asleep.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        HttpResponse<String> answer = busy.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(host.get("/slow-shared-dev/").body()).isEqualTo(before);
    }

    @Test
    void codeThatSwallowsTheInterruptionLosesItsIsolate() throws Exception {
        String before = isolate(ask("pages"));
        assertThat(host.get("/slow-pages-dev/?kind=swallow").statusCode()).isEqualTo(504);
        assertThat(isolate(ask("pages"))).isNotEqualTo(before);
    }

    @Test
    void aPauseOfTheWholeHostLeavesCodeItsTimeToEnd() throws Exception {
        String before = isolate(ask("pages"));
        int ended = ended();
        var java = host.later("/stubborn-yielding-dev/?forever=true");
        var late = host.later("/slow-pages-dev/?kind=tell");
        host.await("its code runs", BOUND, () -> host.printed("begun"));
        signal("STOP");
        // As a machine short of processors stops it: past the timeout and the grace after it.
        Thread.sleep(4_000);
        signal("CONT");
        assertThat(late.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        assertThat(java.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        assertThat(isolate(ask("pages"))).isEqualTo(before);
        assertThat(ended()).isEqualTo(ended + 1);
    }

    /** How often Java code has cleaned up in the replica that serves. */
    private int ended() throws IOException, InterruptedException {
        String body = host.get("/stubborn-yielding-dev/?forever=false").body();
        return Integer.parseInt(body.replace("ended ", ""));
    }

    private void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(host.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }

    @Test
    void threadsThatCannotBeStoppedAreShownAndMakeTheHostUnhealthy() throws Exception {
        assertThat(host.get("/slow-power-dev/?kind=endless").statusCode()).isEqualTo(504);
        host.await(
                "the thread is counted",
                BOUND,
                () -> host.printed("a thread of power cannot be stopped"));
        assertThat(host.admin("/metrics").body()).contains("polyloom_threads_abandoned 1");
        HttpResponse<String> health = host.admin("/healthz");
        assertThat(health.statusCode()).as(health.body()).isEqualTo(503);
        assertThat(host.get("/slow-power-dev/").body()).isEqualTo("\"0\"");
    }

    @Test
    void javaCodeIsInterruptedOnce() throws Exception {
        int ended = ended();
        assertThat(host.get("/stubborn-yielding-dev/?forever=true").statusCode()).isEqualTo(504);
        assertThat(ended()).isEqualTo(ended + 1);
    }

    @Test
    void javaCodeThatDoesNotEndIsAnsweredForAndItsReplicaReplaced(@TempDir Path gates)
            throws Exception {
        Path gate = gates.resolve("open");
        HttpResponse<String> answer = host.get("/stubborn-staying-dev/?gate=" + gate);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
        assertThat(answer.body()).contains("did not end within 1000 ms");
        assertThat(host.get("/stubborn-staying-dev/?gate=").body()).isEqualTo("free");
        assertThat(host.printed("a thread of staying cannot be stopped")).isTrue();
        Files.createFile(gate);
        host.await("the thread comes back", BOUND, () -> Files.exists(gates.resolve("open.left")));
    }

    // Isolates that die

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain,exit",
                "plain,os-exit",
                "plain,interrupt",
                "plain,base",
                "coroutine,exit",
                "pages,exit",
                "pages,os-exit",
            })
    void anIsolateThatEndsAnswersItsInputAndIsReplaced(String what) throws Exception {
        String path = "/dying-" + what.replaceFirst(",.*", "") + "-dev/";
        String before = host.get(path).body();
        HttpResponse<String> died = host.get(path + "?kind=" + what.replaceFirst(".*,", ""));
        assertThat(died.statusCode()).as(died.body()).isBetween(500, 502);
        HttpResponse<String> after = host.get(path);
        assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
        assertThat(after.body()).as("another isolate").isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"recursion", "memory"})
    void whatPythonCanRaiseCostsOneAnswer(String kind) throws Exception {
        String before = host.get("/dying-pages-dev/").body();
        HttpResponse<String> failed = host.get("/dying-pages-dev/?kind=" + kind);
        assertThat(failed.statusCode()).as(failed.body()).isEqualTo(500);
        assertThat(host.get("/dying-pages-dev/").body()).isEqualTo(before);
    }

    @Test
    void aLoopThatUserCodeStopsGoesOn() throws Exception {
        String before = host.get("/dying-coroutine-dev/").body();
        assertThat(host.get("/dying-coroutine-dev/?kind=stop").body()).isEqualTo(before);
        assertThat(host.get("/dying-coroutine-dev/").body()).isEqualTo(before);
    }

    @Test
    void allInputsOfAnIsolateThatEndsAreAnswered() throws Exception {
        var waiting = host.later("/dying-shared-dev/?wait");
        int died = host.get("/dying-shared-dev/?exit").statusCode();
        assertThat(died).isBetween(500, 502);
        assertThat(waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(502);
        assertThat(host.get("/dying-shared-dev/").body()).isEqualTo("shared");
    }

    // Starts that fail

    private static boolean standsBy(HostProcess host) throws IOException, InterruptedException {
        return host.admin("/metrics").body().contains("polyloom_contexts{state=\"stock\"} 1");
    }

    @Test
    void aStartThatFailsIsToldHeldBackAndRecoversByASave(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("starting.py"), STARTING.formatted("1 / 0"));
        try (HostProcess own = HostProcess.serve(folder.toString())) {
            HttpResponse<String> refused = own.get("/starting-pages-dev/");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(refused.body()).contains("ZeroDivisionError");
            own.await("the cause is told", BOUND, () -> own.printed("ZeroDivisionError"));
            own.await("a context stands by", BOUND, () -> standsBy(own));
            for (int i = 0; i < 3; i++) {
                own.await(
                        "the next start has failed",
                        BOUND,
                        () -> own.get("/starting-pages-dev/").statusCode() == 503);
                assertThat(standsBy(own)).as("the stock is for others").isTrue();
            }
            Files.writeString(file, STARTING.formatted("pass"));
            own.await(
                    "it serves", BOUND, () -> own.get("/starting-pages-dev/").statusCode() == 200);
        }
    }
}
