// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.GuestError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person sees, line by line. */
final class TextRendererTest {

    private static final GuestError ERROR =
            new GuestError(
                    "SyntaxError",
                    "expected ':'",
                    Optional.of("hello.py"),
                    Optional.of(1),
                    "  File \"hello.py\", line 1\n    def handler()\n                 ^\n");

    private static String rendered(boolean colours, List<Line> lines) {
        var text = new StringBuilder();
        var renderer = new TextRenderer(colours);
        lines.forEach(line -> renderer.render(line, text));
        return text.toString();
    }

    private static Line request(String path, int status, long nanos, String label) {
        return new Line.Request(
                Instant.EPOCH, "id1", label, "127.0.0.1", "GET", path, status, nanos, 2, "ok");
    }

    @Test
    void aSessionReadsWellWithoutColours() {
        var session =
                rendered(
                        false,
                        List.of(
                                new Line.Progress("shop", "installing boto3"),
                                new Line.Served(
                                        "hello-handler-dev",
                                        "web_endpoint",
                                        "http://hello-handler-dev.localhost:8080/"),
                                new Line.Ready("http://127.0.0.1:8080"),
                                request("/", 200, 850_000, "hello-handler-dev"),
                                request("/", 404, 12_345_678, ""),
                                request("/", 500, 123_456_789, "hello-handler-dev"),
                                request("/slow", 0, 4_200_000_000L, "hello-handler-dev"),
                                new Line.Guest("hello", "handler", false, "printed"),
                                new Line.Guest("hello", "hello", true, "to stderr"),
                                new Line.Reloaded("hello", Duration.ofMillis(42)),
                                new Line.Broken("hello", ERROR, false),
                                new Line.Broken("hello", ERROR, true),
                                new Line.Failed("hello", "handler", "id2", ERROR),
                                new Line.Removed("hello"),
                                new Line.Note(Line.Level.WARN, "3 lines were not shown"),
                                new Line.Log(
                                        Instant.EPOCH,
                                        Line.Level.ERROR,
                                        "polyloom.host",
                                        "it failed",
                                        Optional.of("Trace\n  at x\n"),
                                        Map.of("request_id", "id3"))));
        assertThat(session)
                .isEqualTo(
                        """
                        shop: installing boto3
                        hello-handler-dev                 web_endpoint  http://hello-handler-dev.localhost:8080/
                        ready http://127.0.0.1:8080
                        GET    / 200 850 us hello-handler-dev
                        GET    / 404 12.3 ms
                        GET    / 500 123 ms hello-handler-dev
                        GET    /slow client gone 4.2 s hello-handler-dev
                        [hello/handler] printed
                        [hello] to stderr
                        reloaded hello in 42.0 ms
                        error hello.py:1: SyntaxError: expected ':'
                            File "hello.py", line 1
                              def handler()
                                           ^
                        error hello.py:1: SyntaxError: expected ':'
                            File "hello.py", line 1
                              def handler()
                                           ^
                          hello keeps serving its last good version
                        [hello/handler] hello.py:1: SyntaxError: expected ':' (request id2)
                            File "hello.py", line 1
                              def handler()
                                           ^
                        removed hello
                        warning 3 lines were not shown
                        error it failed (request id3)
                        Trace
                          at x
                        """);
    }

    @Test
    void coloursOnlyEncloseWhatIsSaid() {
        var lines =
                List.<Line>of(
                        new Line.Ready("http://127.0.0.1:8080"),
                        request("/", 200, 1_000, "hello-handler-dev"),
                        request("/", 302, 1_000, ""),
                        request("/", 422, 1_000, ""),
                        request("/", 503, 1_000, ""),
                        new Line.Guest("hello", "handler", true, "to stderr"),
                        new Line.Broken("hello", ERROR, true));
        var coloured = rendered(true, lines);
        assertThat(coloured)
                .contains(
                        "\u001b[32mready\u001b[0m http",
                        "\u001b[32m200\u001b[0m",
                        "\u001b[36m302\u001b[0m",
                        "\u001b[33m422\u001b[0m",
                        "\u001b[31m503\u001b[0m",
                        "\u001b[31merror\u001b[0m hello.py:1");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(rendered(false, lines));
    }

    /** Failed before: a message or a traceback reached the terminal as it was. */
    @Test
    void nothingThatGuestsOrClientsSayDrivesTheTerminal() {
        var hostile = "a\u001b[2J\u0007\u009bb";
        var error = new GuestError("E", hostile, Optional.empty(), Optional.empty(), hostile);
        var text =
                rendered(
                        false,
                        List.of(
                                new Line.Guest("hello", "handler", false, hostile),
                                new Line.Guest("hello", "handler", true, hostile),
                                new Line.Broken("hello", error, false),
                                new Line.Failed("hello", "handler", "id", error),
                                new Line.Progress("hello", hostile),
                                request("/" + hostile, 200, 1_000, "hello-handler-dev")));
        assertThat(text.replace("\n", "").chars()).noneMatch(Character::isISOControl);
        assertThat(text).contains("[hello/handler] a\ufffd[2J\ufffd\ufffdb");
    }
}
