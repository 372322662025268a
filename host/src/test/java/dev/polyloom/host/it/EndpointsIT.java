// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What FastAPI's semantics promise of web endpoints, and the conventions for files without any
 * decorator.
 */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class EndpointsIT {

    private static final Duration PRINT_MAX = Duration.ofSeconds(30);
    private static final String BOUNDARY = "b0undary";

    private static final String FORMS =
            """
            from typing import Annotated

            import polyloom
            from fastapi import BackgroundTasks, Depends, Form, Header, HTTPException, UploadFile
            from fastapi.responses import HTMLResponse, StreamingResponse

            app = polyloom.App("forms")

            @app.function()
            @polyloom.fastapi_endpoint()
            def stream():
                def pieces():
                    for i in range(3):
                        yield f"{i}\\n"
                return StreamingResponse(pieces(), media_type="text/plain")

            @app.function()
            @polyloom.fastapi_endpoint(method="POST")
            def login(username: Annotated[str, Form()], password: Annotated[str, Form()]):
                return {"user": username}

            @app.function()
            @polyloom.fastapi_endpoint(method="POST")
            async def upload(file: UploadFile):
                return {"name": file.filename, "size": len(await file.read())}

            @app.function()
            @polyloom.fastapi_endpoint()
            def later(tasks: BackgroundTasks):
                tasks.add_task(print, "done in the background")
                return "accepted"

            def agent(user_agent: Annotated[str, Header()]):
                return user_agent.upper()

            @app.function()
            @polyloom.fastapi_endpoint(docs=True)
            def picky(x: int, name: str = Depends(agent)):
                if x < 0:
                    raise HTTPException(418, "teapot", headers={"X-Reason": "negative"})
                return HTMLResponse(f"<p>{x} {name}</p>")
            """;

    private HostProcess host;

    @BeforeAll
    void serve(@TempDir Path folder) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("forms.py"), FORMS);
        Files.writeString(
                folder.resolve("made.py"),
                """
                import asyncio

                def loop():
                    try:
                        return str(asyncio.get_running_loop())
                    except RuntimeError:
                        return "none"

                def create_app():
                    from flask import Flask
                    app = Flask(__name__)
                    app.add_url_rule("/", "home", lambda: "made by a factory")
                    app.add_url_rule("/loop", "loop", loop)
                    return app
                """);
        Files.writeString(
                folder.resolve("listed.py"),
                """
                __all__ = ["one"]
                def one(a: str, b: float = 1.5): return {"a": a, "b": b}
                def two(): return 2
                """);
        host = HostProcess.serve(folder.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    /** Failed before: the first task of a context, when it had to wait, ended the isolate. */
    @Test
    void aGeneratorStreamsFromTheFirstRequestOn() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(host.get("/forms-stream-dev/").body()).isEqualTo("0\n1\n2\n");
        }
        assertThat(host.printed("lost an isolate")).isFalse();
    }

    @Test
    void formsAndFilesReachTheFunction() throws Exception {
        var form = "application/x-www-form-urlencoded";
        assertThat(host.post("/forms-login-dev/", form, "username=ada&password=x").body())
                .isEqualTo("{\"user\":\"ada\"}");
        assertThat(host.post("/forms-login-dev/", form, "username=ada").statusCode())
                .isEqualTo(422);
        var file =
                "--%1$s\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--%1$s--\r\n"
                        .formatted(BOUNDARY);
        assertThat(
                        host.post(
                                        "/forms-upload-dev/",
                                        "multipart/form-data; boundary=" + BOUNDARY,
                                        file)
                                .body())
                .isEqualTo("{\"name\":\"a.txt\",\"size\":5}");
    }

    @Test
    void backgroundTasksRunAfterTheAnswer() throws Exception {
        assertThat(host.get("/forms-later-dev/").body()).isEqualTo("\"accepted\"");
        host.await("the task has run", PRINT_MAX, () -> host.printed("done in the background"));
    }

    @Test
    void dependenciesErrorsAndTheDocumentAreFastApis() throws Exception {
        HttpResponse<String> page = host.get("/forms-picky-dev/?x=1", "User-Agent", "me");
        assertThat(page.body()).isEqualTo("<p>1 ME</p>");
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        HttpResponse<String> refused = host.get("/forms-picky-dev/?x=-1");
        assertThat(refused.statusCode()).isEqualTo(418);
        assertThat(refused.headers().firstValue("x-reason")).contains("negative");
        assertThat(host.get("/forms-picky-dev/?x=no").statusCode()).isEqualTo(422);
        assertThat(host.get("/forms-picky-dev/openapi.json").body())
                .contains("\"/forms-picky-dev\"", "\"HTTPValidationError\"");
        assertThat(host.get("/forms-picky-dev/docs").body())
                .contains("/_polyloom/swagger-ui/")
                .doesNotContain("https://");
    }

    @Test
    void whatAFactoryReturnsDecidesTheKind() throws Exception {
        assertThat(host.lines())
                .anyMatch(line -> line.matches("made-create-app-dev\\s+wsgi_app\\s+http.*"));
        assertThat(host.get("/made-create-app-dev/").body()).isEqualTo("made by a factory");
    }

    /** Failed before, and with it whatever of Django asks its database. */
    @Test
    void wsgiFindsNoRunningLoop() throws Exception {
        assertThat(host.get("/made-create-app-dev/loop").body()).isEqualTo("none");
    }

    @Test
    void onlyListedFunctionsAreServed() throws Exception {
        assertThat(host.get("/listed-one-dev/?a=x").body()).isEqualTo("{\"a\":\"x\",\"b\":1.5}");
        assertThat(host.get("/listed-two-dev/").statusCode()).isEqualTo(404);
    }
}
