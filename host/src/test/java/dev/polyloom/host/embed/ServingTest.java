// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.terminal.Line;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole host, with the test language, over real HTTP. */
final class ServingTest {

    @TempDir Path folder;

    private Path app(String name, String... lines) throws Exception {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void answersAFunctionByPathAndAtTheRoot() throws Exception {
        app("hello.py", "greet: say hi");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/hello-greet-dev/").body()).isEqualTo("hi");
            assertThat(host.get("/hello-greet-dev").body()).isEqualTo("hi");
            assertThat(host.get("/any/path").body()).isEqualTo("hi");
        }
    }

    @Test
    void tellsTheFunctionWhereItIsMounted() throws Exception {
        app("a.py", "head: head");
        app("b.py", "other: say b");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/a-head-dev/x%20y?q=1&r").body())
                    .isEqualTo("GET|http|1.1|/a-head-dev/x%20y|q=1&r|/a-head-dev|127.0.0.1|0");
        }
    }

    @Test
    void answersAnUnknownLabelWithAProblem() throws Exception {
        app("a.py", "one: say 1", "two: say 2");
        try (var host = TestHost.serve(folder)) {
            var response = host.get("/nobody/");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(response.body()).contains("unknown-label", "a-one-dev", "request_id");
        }
    }

    @Test
    void echoesABody() throws Exception {
        app("a.py", "echo: echo");
        try (var host = TestHost.serve(folder)) {
            var body = "x".repeat(300_000);
            var request = HttpRequest.newBuilder(host.uri("/")).POST(BodyPublishers.ofString(body));
            assertThat(host.send(request).body()).isEqualTo(body);
        }
    }

    @Test
    void anInputThatAnIsolateDidNotBeginGoesToAnother() throws Exception {
        app("a.py", "late: late 2");
        try (var host = TestHost.serve(folder)) {
            var request = HttpRequest.newBuilder(host.uri("/")).POST(BodyPublishers.ofString("x"));
            assertThat(host.send(request).body()).isEqualTo("x");
            assertThat(host.runtime.notBegun).hasValue(3);
        }
    }

    @Test
    void anInputThatNoIsolateBeginsFailsInTheEnd() throws Exception {
        app("a.py", "late: late 100");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/").statusCode()).isEqualTo(502);
            assertThat(host.runtime.notBegun).hasValue(4);
        }
    }

    @Test
    void listsEachFunctionAndThenSaysReady() throws Exception {
        app("a.py", "one: say 1", "two: say 2");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.lines(Line.Served.class))
                    .extracting(Line.Served::label)
                    .containsExactly("a-one-dev", "a-two-dev");
            assertThat(host.lines(Line.Ready.class))
                    .containsExactly(new Line.Ready(host.host.url()));
        }
    }

    @Test
    void answersABrokenAppWithAProblemAndKeepsTheOthers() throws Exception {
        app("bad.py", "one: say 1", "this is not right");
        app("good.py", "two: say 2");
        try (var host = TestHost.serve(folder)) {
            var response = host.get("/bad-one-dev/");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).contains("bad.py:2: SyntaxError", "app-broken");
            assertThat(host.get("/good-two-dev/").body()).isEqualTo("2");
            var page = host.get("/bad-one-dev/", "Accept", "text/html");
            assertThat(page.body()).startsWith("<!doctype html>").contains("SyntaxError");
        }
    }

    @Test
    void refusesALabelThatIsTakenAndNamesBothSources() throws Exception {
        app("a.py", "one: label same");
        app("b.py", "two: label same");
        try (var host = TestHost.serve(folder)) {
            assertThat(host.get("/same-dev/").body()).isEqualTo("same");
            assertThat(host.lines(Line.Broken.class))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line.error().summary())
                                    .contains("b.py", "`a.py`", "same-dev"));
        }
    }
}
