// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request below {@code /app}, whose response is kept. */
final class KeptExchange implements HttpExchange {

    private final RequestHead head;
    private final long contentLength;
    private final InputStream body;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private volatile @Nullable Runnable gone;
    private int status;
    private boolean finished;
    private Headers headers = Headers.EMPTY;

    KeptExchange(String method, String target, String body, boolean chunked, String... headers) {
        int question = target.indexOf('?');
        this.head =
                new RequestHead(
                        "the-id",
                        method,
                        "https",
                        "1.1",
                        "/app" + (question < 0 ? target : target.substring(0, question)),
                        question < 0 ? "" : target.substring(question + 1),
                        "/app",
                        Headers.ofFlat(headers),
                        Optional.of(new Endpoint("192.0.2.7", 5000)),
                        new Endpoint("localhost", 8080));
        this.contentLength = chunked ? -1 : body.length();
        this.body = new ByteArrayInputStream(body.getBytes(ISO_8859_1));
    }

    static KeptExchange get(String target, String... headers) {
        return new KeptExchange("GET", target, "", false, headers);
    }

    int status() {
        return status;
    }

    Headers headers() {
        return headers;
    }

    String text() {
        return sent.toString(ISO_8859_1);
    }

    boolean finished() {
        return finished;
    }

    /** The client leaves. */
    void leave() {
        Runnable action = gone;
        if (action != null) {
            action.run();
        }
    }

    /** Whether someone wants to know that the client leaves. */
    boolean watched() {
        return gone != null;
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public long contentLength() {
        return contentLength;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void respond(int code, Headers fields, byte[] bytes) {
        start(code, fields);
        write(bytes);
        finish();
    }

    @Override
    public void start(int code, Headers fields) {
        status = code;
        headers = fields;
    }

    @Override
    public void write(byte[] piece) {
        sent.writeBytes(piece);
    }

    @Override
    public void finish() {
        finished = true;
    }

    @Override
    public boolean started() {
        return status != 0;
    }

    @Override
    public void onClientGone(Runnable action) {
        gone = action;
    }
}
