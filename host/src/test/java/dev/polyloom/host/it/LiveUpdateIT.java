// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Saves show in the next requests; broken ones are told and lose nothing else. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class LiveUpdateIT {

    private static final Duration UPDATE_MAX = Duration.ofMinutes(4);

    private Path folder;
    private HostProcess host;

    @BeforeAll
    void serve(@TempDir Path served) throws IOException, InterruptedException {
        folder = served;
        write("steady.py", "def handler(): return 'steady'");
        write("broken.py", "def handler(:\n    return 1");
        write("fails.py", "import no_such_package\ndef handler(): return 1");
        write("raises.py", "def handler():\n    raise ValueError('on purpose')");
        write("odd.py", "def handler():\n    return object()");
        host = HostProcess.serve(folder.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    private void write(String name, String text) throws IOException {
        // As editors do: a new file takes the old one's place in one step.
        Path fresh = Files.writeString(folder.resolve("." + name + ".tmp"), text);
        Files.move(
                fresh,
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void awaitBody(String path, String expected) throws InterruptedException {
        host.await(
                path + " answers " + expected,
                UPDATE_MAX,
                () -> {
                    try {
                        return host.get(path).body().contains(expected);
                    } catch (IOException e) {
                        return false;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void aSaveShowsAndANewFileAppearsAndGoes() throws Exception {
        write("fresh.py", "def handler(): return 'one'");
        awaitBody("/fresh-handler-dev/", "\"one\"");
        write("fresh.py", "def handler(): return 'two'");
        awaitBody("/fresh-handler-dev/", "\"two\"");
        Files.delete(folder.resolve("fresh.py"));
        awaitBody("/fresh-handler-dev/", "\"status\":404");
    }

    @Test
    void aSyntaxErrorNamesFileAndLineAndHealsByItself() throws Exception {
        assertThat(host.printed("broken.py:1: SyntaxError")).isTrue();
        write("healing.py", "def handler(): return 'well'");
        awaitBody("/healing-handler-dev/", "\"well\"");
        write("healing.py", "def handler():\n    return (");
        awaitBody("/healing-handler-dev/", "SyntaxError");
        assertThat(host.get("/healing-handler-dev/").statusCode()).isEqualTo(500);
        assertThat(host.get("/steady-handler-dev/").body()).isEqualTo("\"steady\"");
        write("healing.py", "def handler(): return 'well again'");
        awaitBody("/healing-handler-dev/", "\"well again\"");
    }

    @Test
    void aMissingPackageIsNamed() {
        assertThat(host.printed("no_such_package")).isTrue();
    }

    @Test
    void aHandlerThatRaisesIs500WithItsLineInTheLog() throws Exception {
        assertThat(host.get("/raises-handler-dev/").statusCode()).isEqualTo(500);
        host.await(
                "the fault is printed",
                UPDATE_MAX,
                () -> host.printed("raises.py:2") || host.printed("line 2, in handler"));
        assertThat(host.lines()).noneMatch(line -> line.contains("com.oracle"));
    }

    @Test
    void aReturnValueThatCannotBeSerialisedIs500() throws Exception {
        var response = host.get("/odd-handler-dev/");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
    }

    @Test
    void aHundredReloadsLeaveNothingBehind() throws Exception {
        write("often.py", "def handler(): return 'save 0'");
        for (int save = 1; save <= 10; save++) {
            write("often.py", "def handler(): return 'save " + save + "'");
            awaitBody("/often-handler-dev/", "\"save " + save + "\"");
        }
        long contexts = contexts();
        long files = openFiles();
        for (int save = 11; save <= 110; save++) {
            write("often.py", "def handler(): return 'save " + save + "'");
            awaitBody("/often-handler-dev/", "\"save " + save + "\"");
        }
        // One may stand by that did not when they were counted, and files be open for a moment.
        host.await(
                "contexts and files are back at %d and %d".formatted(contexts, files),
                UPDATE_MAX,
                () -> contexts() <= contexts + 1 && openFiles() <= files + 5);
    }

    /** Each context has one owner thread. */
    private long contexts() {
        try (var threads = Files.list(Path.of("/proc", Long.toString(host.pid()), "task"))) {
            return threads.filter(LiveUpdateIT::isOwner).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOwner(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).matches("python-\\d+\\s*");
        } catch (IOException _) {
            return false; // It has just ended.
        }
    }

    private long openFiles() {
        try (var files = Files.list(Path.of("/proc", Long.toString(host.pid()), "fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAppWithALongImportIsImportedAheadOfItsNextStart() throws Exception {
        write("slow.py", slowImport("one"));
        awaitBody("/slow-dev/", "one 1");
        awaitImports(1);
        awaitBody("/slow-dev/", "one 2");
        // Nobody has asked for the third.
        awaitImports(3);
        assertThat(host.get("/slow-dev/").body()).isEqualTo("\"one 3\"");
        awaitImports(4);
        write("slow.py", slowImport("two"));
        awaitBody("/slow-dev/", "two");
    }

    /** Waits until the source has been imported so often, and no replica is left. */
    private void awaitImports(int count) throws Exception {
        host.await(
                count + " imports and no replica",
                UPDATE_MAX,
                () ->
                        Files.readString(folder.resolve("imports")).length() >= count
                                && JsonMapper.shared()
                                                .readTree(
                                                        host.admin("/api/v1/functions/slow-dev")
                                                                .body())
                                                .at("/stats/num_total_runners")
                                                .asInt()
                                        == 0);
    }

    private String slowImport(String says) {
        return """
        import os
        import time
        import polyloom

        app = polyloom.App("slow")
        time.sleep(0.2)
        with open(os.path.join(os.path.dirname(__file__), "imports"), "a") as counted:
            counted.write(".")
        with open(os.path.join(os.path.dirname(__file__), "imports")) as counted:
            NUMBER = len(counted.read())

        @app.function(scaledown_window=0.5)
        @polyloom.web_endpoint(label="slow")
        def slow():
            return f"%s {NUMBER}"
        """
                .formatted(says);
    }
}
