// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.io.InputStream;
import java.util.Optional;

/** A GET request of the host itself; of the response only the status is kept. */
final class WarmUpExchange implements HttpExchange {

    private static final Endpoint LOCAL = new Endpoint("localhost", 80);
    private static final Headers FIELDS =
            Headers.ofFlat("host", "localhost", "user-agent", "polyloom-warm-up", "accept", "*/*");

    private final RequestHead head;
    private volatile int status;

    /**
     * A request.
     *
     * @param target a path, perhaps with a query
     */
    WarmUpExchange(String target) {
        var question = target.indexOf('?');
        this.head =
                new RequestHead(
                        "warm-up",
                        "GET",
                        "http",
                        "1.1",
                        question < 0 ? target : target.substring(0, question),
                        question < 0 ? "" : target.substring(question + 1),
                        "",
                        FIELDS,
                        Optional.empty(),
                        LOCAL);
    }

    /** The status of the response, 0 when none was started. */
    int status() {
        return status;
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public long contentLength() {
        return 0;
    }

    @Override
    public InputStream body() {
        return InputStream.nullInputStream();
    }

    @Override
    public void respond(int code, Headers headers, byte[] body) {
        start(code, headers);
    }

    @Override
    public void start(int code, Headers headers) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        status = code;
    }

    @Override
    public void write(byte[] piece) {}

    @Override
    public void finish() {}

    @Override
    public boolean started() {
        return status != 0;
    }

    @Override
    public void onClientGone(Runnable action) {}
}
