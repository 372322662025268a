// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.terminal.Line;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of files while the host serves them. */
final class LiveUpdateTest {

    @TempDir Path folder;

    private Path app(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text + "\n");
    }

    private static void answers(TestHost host, String path, String body) throws Exception {
        TestHost.await(path + " answers " + body, () -> host.get(path).body().equals(body));
    }

    private static HostConfig keepingLastGood(HostConfig config) {
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
                true,
                config.eager(),
                config.development(),
                config.accessLog(),
                config.grace(),
                config.bodyBytesMax(),
                config.trustedProxies(),
                config.serverNetworks(),
                config.transport(),
                config.limits(),
                config.guard());
    }

    @Test
    void showsASaveInTheNextResponse() throws Exception {
        app("hello.py", "greet: say one");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/").body()).isEqualTo("one");
            app("hello.py", "greet: say two");
            answers(host, "/", "two");
            TestHost.await("told", () -> !host.lines(Line.Reloaded.class).isEmpty());
            assertThat(host.lines(Line.Reloaded.class))
                    .extracting(Line.Reloaded::app)
                    .containsExactly("hello.py");
        }
    }

    @Test
    void takesAnEditorsRenameAndABurstOfSavesAsOneReload() throws Exception {
        var file = app("hello.py", "greet: say one");
        try (var host = TestHost.serve(folder)) {
            for (var i = 0; i < 10; i++) {
                var temporary =
                        Files.writeString(folder.resolve(".hello.py.tmp"), "greet: say " + i);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
            answers(host, "/", "9");
            assertThat(host.lines(Line.Reloaded.class)).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void doesNotReloadWhatDidNotChange() throws Exception {
        var file = app("hello.py", "greet: say one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        try (var host = TestHost.serve(folder)) {
            app("hello.py", "greet: say one");
            app("other.py", "x: say later");
            answers(host, "/other-x-dev/", "later");
            app("hello.py", "greet: say two");
            answers(host, "/hello-greet-dev/", "two");
            TestHost.await("told", () -> !host.lines(Line.Reloaded.class).isEmpty());
            assertThat(host.lines(Line.Reloaded.class)).hasSize(1);
        }
    }

    @Test
    void letsRequestsWaitForAFileThatIsBeingLoaded() throws Exception {
        app("one.py", "f: say 1\ng: say more");
        try (var host = TestHost.serve(folder)) {
            var gate = new CountDownLatch(1);
            host.runtime.loadGates.put("two.py", gate);
            app("two.py", "f: say 2");
            TestHost.await("loads", () -> host.runtime.loadsHeld.get() == 1);
            var early =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return host.get("/two-f-dev/").body();
                        } catch (Exception e) {
                            return e.toString();
                        }
                    });
            assertThat(host.get("/one-f-dev/").body()).isEqualTo("1");
            assertThat(early).isNotDone();
            gate.countDown();
            assertThat(early.get(10, TimeUnit.SECONDS)).isEqualTo("2");
        }
    }

    @Test
    void letsNewFilesAppearAndDeletedOnesGo() throws Exception {
        app("one.py", "f: say 1");
        try (var host = TestHost.serve(folder)) {
            app("two.py", "f: say 2");
            answers(host, "/two-f-dev/", "2");
            Files.delete(folder.resolve("one.py"));
            // The line is printed once the routes are gone, so that it never promises too early.
            TestHost.await("told", () -> !host.lines(Line.Removed.class).isEmpty());
            assertThat(host.lines(Line.Removed.class)).containsExactly(new Line.Removed("one.py"));
            assertThat(host.host.labels()).doesNotContain("one-f-dev");
            assertThat(host.get("/").body()).isEqualTo("2");
        }
    }

    @Test
    void showsTheErrorOfABrokenSaveUntilItIsMended() throws Exception {
        app("hello.py", "greet: say one");
        try (var host = TestHost.serve(folder)) {
            app("hello.py", "broken");
            TestHost.await("error", () -> host.get("/hello-greet-dev/").statusCode() == 500);
            assertThat(host.get("/").body()).contains("hello.py:1: SyntaxError");
            app("hello.py", "greet: say mended");
            answers(host, "/hello-greet-dev/", "mended");
        }
    }

    @Test
    void keepsTheLastGoodVersionWhereAskedTo() throws Exception {
        app("hello.py", "greet: say one");
        try (var host = TestHost.serve(folder, LiveUpdateTest::keepingLastGood)) {
            app("hello.py", "broken");
            TestHost.await("told", () -> !host.lines(Line.Broken.class).isEmpty());
            assertThat(host.get("/").body()).isEqualTo("one");
            app("hello.py", "greet: say two");
            answers(host, "/", "two");
        }
    }

    @Test
    void letsRequestsInFlightEndOnTheirGeneration() throws Exception {
        app("hello.py", "greet: wait old");
        try (var host = TestHost.serve(folder)) {
            var slow =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return host.get("/").body();
                        } catch (Exception e) {
                            return e.toString();
                        }
                    });
            TestHost.await("waits", () -> host.runtime.gates.containsKey("old"));
            app("hello.py", "greet: say new");
            TestHost.await("reloaded", () -> !host.lines(Line.Reloaded.class).isEmpty());
            answers(host, "/", "new");
            assertThat(slow).isNotDone();
            host.runtime.gates.getOrDefault("old", new CountDownLatch(0)).countDown();
            assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("released old");
        }
    }

    @Test
    void tellsRequestsThatWaitedForAVersionWhatHasBecomeOfIt() throws Exception {
        app("hello.py", "greet: alone one");
        try (var host = TestHost.serve(folder)) {
            var inFlight = later(() -> host.get("/hello-greet-dev/"));
            TestHost.await("runs", () -> host.runtime.waits.get() == 1);
            var broken = later(() -> host.get("/hello-greet-dev/"));
            TestHost.await("waits", () -> queued(host) == 1);
            app("hello.py", "broken");
            assertThat(broken.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
            assertThat(broken.get().body()).contains("hello.py:1: SyntaxError");
            host.runtime.gates.getOrDefault("one", new CountDownLatch(0)).countDown();
            assertThat(inFlight.get(10, TimeUnit.SECONDS).body()).isEqualTo("released one");
        }
    }

    @Test
    void tellsRequestsThatWaitedForADeletedFileThatItIsGone() throws Exception {
        app("other.py", "x: say other\ny: say why");
        var file = app("hello.py", "greet: alone one");
        try (var host = TestHost.serve(folder)) {
            var inFlight = later(() -> host.get("/hello-greet-dev/"));
            TestHost.await("runs", () -> host.runtime.waits.get() == 1);
            var gone = later(() -> host.get("/hello-greet-dev/"));
            TestHost.await("waits", () -> queued(host) == 1);
            Files.delete(file);
            assertThat(gone.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
            host.runtime.gates.getOrDefault("one", new CountDownLatch(0)).countDown();
            assertThat(inFlight.get(10, TimeUnit.SECONDS).body()).isEqualTo("released one");
        }
    }

    private static int queued(TestHost host) {
        return host.host
                .generations()
                .flatMap(generation -> generation.functions().stream())
                .mapToInt(function -> function.pool().snapshot().queued())
                .sum();
    }

    private static CompletableFuture<HttpResponse<String>> later(
            Callable<HttpResponse<String>> request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return request.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void leavesNothingBehindAfterAHundredReloads() throws Exception {
        app("hello.py", "greet: say start");
        try (var host = TestHost.serve(folder)) {
            host.get("/");
            var threads = Thread.getAllStackTraces().size();
            for (var i = 0; i < 100; i++) {
                app("hello.py", "greet: say " + i);
                answers(host, "/", Integer.toString(i));
            }
            TestHost.await(
                    "one generation and one isolate are left",
                    () -> host.runtime.open.get() == 1 && host.runtime.running.get() == 1);
            assertThat(Thread.getAllStackTraces()).hasSizeLessThan(threads + 10);
        }
    }

    @Test
    void endsEverythingWithTheHost() throws Exception {
        app("hello.py", "greet: say one");
        TextRuntime runtime;
        try (var host = TestHost.serve(folder)) {
            host.get("/");
            runtime = host.runtime;
        }
        assertThat(runtime.open).hasValue(0);
        assertThat(runtime.running).hasValue(0);
    }
}
