// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An exchange whose request is given and whose response is kept. */
final class MemoryExchange implements HttpExchange {

    private final RequestHead head;
    private final byte[] body;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int status;
    private Headers headers = Headers.EMPTY;

    MemoryExchange(String method, String path, String query, String body, String... headers) {
        this.head =
                new RequestHead(
                        "id",
                        method,
                        "http",
                        "1.1",
                        "/app" + path,
                        query,
                        "/app",
                        Headers.ofFlat(headers),
                        Optional.of(new Endpoint("127.0.0.1", 5000)),
                        new Endpoint("localhost", 8080));
        this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    int status() {
        return status;
    }

    String header(String name) {
        return headers.first(name).orElse("");
    }

    String text() {
        return sent.toString(StandardCharsets.UTF_8);
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public long contentLength() {
        return body.length;
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public void respond(int code, Headers fields, byte[] bytes) {
        start(code, fields);
        write(bytes);
    }

    @Override
    public void start(int code, Headers fields) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        status = code;
        headers = fields;
    }

    @Override
    public void write(byte[] piece) {
        sent.writeBytes(piece);
    }

    @Override
    public void finish() {}

    @Override
    public boolean started() {
        return status != 0;
    }

    @Override
    public void onClientGone(Runnable action) {}
}
