// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.WebSocketExchange.Event;
import dev.polyloom.sdk.HttpRequest;
import dev.polyloom.sdk.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection as the SDK shows it. Thread-safe as far as that says. */
final class JavaSocket implements WebSocket {

    private final WebSocketExchange exchange;
    private final HttpRequest request;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean gone;

    JavaSocket(WebSocketExchange exchange) {
        this.exchange = exchange;
        this.request = RequestValues.request(exchange.head(), InputStream.nullInputStream());
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public List<String> subprotocols() {
        return exchange.subprotocols();
    }

    @Override
    public void accept() throws IOException {
        answer();
        exchange.accept(Optional.empty(), Headers.EMPTY);
    }

    @Override
    public void accept(String subprotocol) throws IOException {
        if (!subprotocols().contains(subprotocol)) {
            throw new IllegalArgumentException("the client does not offer " + subprotocol);
        }
        answer();
        exchange.accept(Optional.of(subprotocol), Headers.EMPTY);
    }

    @Override
    public void refuse(int status) throws IOException {
        answer();
        exchange.deny(status, Headers.EMPTY, new byte[0]);
    }

    private void answer() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("the connection was accepted or refused");
        }
    }

    /** Whether the handler accepted or refused. */
    boolean answered() {
        return answered.get();
    }

    private void acceptIfNew() throws IOException {
        if (answered.compareAndSet(false, true)) {
            write(() -> exchange.accept(Optional.empty(), Headers.EMPTY));
        }
    }

    @Override
    public Message receive() throws IOException, InterruptedException {
        acceptIfNew();
        return switch (exchange.receive()) {
            case Event.Text(String text) -> new Message.Text(text);
            case Event.Binary(byte[] data) -> new Message.Binary(data);
            case Event.Closed(int code, String reason) -> new Message.Closed(code, reason);
        };
    }

    @Override
    public void send(String text) throws IOException {
        acceptIfNew();
        write(() -> exchange.send(text));
    }

    @Override
    public void send(byte[] data) throws IOException {
        acceptIfNew();
        write(() -> exchange.send(data));
    }

    @Override
    public void close(int code, String reason) throws IOException {
        acceptIfNew();
        write(() -> exchange.close(code, reason));
    }

    private interface Write {
        void run() throws IOException;
    }

    private void write(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException e) {
            gone = true;
            throw e;
        }
    }

    /** Whether the client was found to have gone away. */
    boolean gone() {
        return gone;
    }
}
