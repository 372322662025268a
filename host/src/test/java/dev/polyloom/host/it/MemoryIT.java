// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that fill the memory: they go, and nothing else does. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(240)
final class MemoryIT {

    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final long WORTH_KIB = 200L << 10;
    private static final String STEADY = "/hog-steady-dev/";

    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve(List.of("-Xmx1g"), "src/test/apps/memory");
    }

    @AfterAll
    void stop() throws Exception {
        assertThat(host.admin("/healthz").statusCode()).isEqualTo(200);
        host.stop();
    }

    private void assertServes(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = host.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "plain,lists",
        "plain,texts",
        "plain,bytes",
        "plain,thread",
        "coroutine,lists",
        "routes,bytes",
        "pages,lists",
    })
    void aFunctionThatFillsTheMemoryLosesItsReplica(String function, String kind) throws Exception {
        String path = "/hog-" + function + "-dev/";
        assertServes(path);
        var greedy = host.later(path + "?kind=" + kind);
        while (!greedy.isDone()) {
            assertServes(STEADY);
        }
        HttpResponse<String> answer = greedy.get();
        assertThat(answer.statusCode()).as(answer.body()).isBetween(500, 502);
        host.await("it serves again", BOUND, () -> host.get(path).statusCode() == 200);
        assertThat(host.lines())
                .noneMatch(line -> line.matches(".*replica \\d+ of hog-steady-dev.*"));
        assertNoThreadEnded();
    }

    @Test
    void aReplicaThatHasGrownByMoreThanIsDeclaredIsReplaced() throws Exception {
        String before = host.get("/hog-leaking-dev/").body();
        host.await(
                "another replica serves",
                BOUND,
                () -> !host.get("/hog-leaking-dev/").body().equals(before));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheHeapHasGrownByIsGivenBackAtRest() throws Exception {
        assertThat(host.get("/hog-pages-dev/?kind=lists").statusCode()).isBetween(500, 502);
        host.await(
                "it holds less than at its peak",
                BOUND,
                () -> memory("VmRSS") < memory("VmHWM") - WORTH_KIB);
        assertServes(STEADY);
    }

    private long memory(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + host.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoAtOnceBothGo() throws Exception {
        var one = host.later("/hog-pages-dev/?kind=lists");
        var other = host.later("/hog-routes-dev/?kind=texts");
        assertThat(one.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isBetween(500, 502);
        assertThat(other.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode()).isBetween(500, 502);
        assertServes(STEADY);
        assertNoThreadEnded();
    }

    /** The memory that a function fills is not to be missed by any other's code. */
    private void assertNoThreadEnded() {
        assertThat(host.printed("Exception in thread")).isFalse();
    }
}
