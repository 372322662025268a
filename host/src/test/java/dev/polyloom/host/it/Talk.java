// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a server says on a WebSocket, in words. Thread-safe. */
final class Talk implements WebSocket.Listener {

    private static final long SECONDS_MAX = 120;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int bytes;

    static WebSocket open(
            HttpClient client, HostProcess host, String path, Talk talk, String... protocols)
            throws Exception {
        WebSocket.Builder builder = client.newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(
                    protocols[0],
                    List.of(protocols).subList(1, protocols.length).toArray(String[]::new));
        }
        URI address = URI.create(host.url(path).toString().replaceFirst("http", "ws"));
        return builder.buildAsync(address, talk).get(SECONDS_MAX, TimeUnit.SECONDS);
    }

    /** The answer to a handshake that is refused, which a WebSocket itself does not show. */
    static HttpResponse<?> denied(HttpClient client, HostProcess host, String path)
            throws Exception {
        try {
            open(client, host, path, new Talk());
            throw new AssertionError("the handshake was not denied");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException denied) {
                return denied.getResponse();
            }
            throw e;
        }
    }

    /** The next thing it says, null when it says nothing more. */
    String next() throws InterruptedException {
        return said.poll(SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            said.add("text " + text);
            text.setLength(0);
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        bytes += data.remaining();
        if (last) {
            said.add("binary " + bytes);
            bytes = 0;
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
        said.add("pong " + data.remaining());
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        said.add("close " + code + " " + reason);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        said.add("error " + error);
    }
}
