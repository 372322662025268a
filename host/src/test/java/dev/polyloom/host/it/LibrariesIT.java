// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that GraalPy by itself does not import, in an environment of their own. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class LibrariesIT {

    @TempDir static Path folder;

    private HostProcess host;

    @BeforeAll
    void serve() throws Exception {
        Path app = Files.createDirectory(folder.resolve("site"));
        Files.writeString(app.resolve("requirements.txt"), "quart\npyrsistent\n");
        Files.writeString(
                app.resolve("main.py"),
                """
                from pyrsistent import pmap
                from quart import Quart, abort, request, websocket

                app = Quart(__name__)

                @app.get("/")
                async def index():
                    return dict(pmap({"a": 1}).set("b", 2))

                @app.post("/upload")
                async def upload():
                    return {"size": len((await request.files)["f"].read())}

                @app.get("/teapot")
                async def teapot():
                    abort(418)

                @app.websocket("/ws")
                async def ws():
                    while True:
                        await websocket.send("quart:" + await websocket.receive())
                """);
        host = HostProcess.serve(folder.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    /** Failed before: h11's classes could not be made, nor instances of pyrsistent's. */
    @Test
    void quartAnswers() throws Exception {
        assertThat(host.get("/site-app-dev/").body()).contains("\"a\":1", "\"b\":2");
        assertThat(host.get("/site-app-dev/teapot").statusCode()).isEqualTo(418);
        var file =
                "--B\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n"
                        + "x".repeat(100_000)
                        + "\r\n--B--\r\n";
        assertThat(
                        host.post("/site-app-dev/upload", "multipart/form-data; boundary=B", file)
                                .body())
                .contains("100000");
    }

    @Test
    void quartSpeaksWebSocket() throws Exception {
        var heard = new CompletableFuture<String>();
        var listener =
                new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                            WebSocket socket, CharSequence text, boolean last) {
                        heard.complete(text.toString());
                        return WebSocket.Listener.super.onText(socket, text, last);
                    }
                };
        var url = host.url("/site-app-dev/ws");
        var socket =
                host.client()
                        .newWebSocketBuilder()
                        .buildAsync(URI.create(url.toString().replaceFirst("http", "ws")), listener)
                        .get(60, TimeUnit.SECONDS);
        socket.sendText("é", true).get(60, TimeUnit.SECONDS);
        assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo("quart:é");
        socket.abort();
    }
}
