// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.WebSocketKeys;
import java.io.IOException;
import java.util.Base64;

/** An HTTP/1 connection that becomes a WebSocket. */
final class Http1WebSocket implements WsTransport {

    private static final int KEY_BYTES = 16;

    private final Http1Connection connection;
    private final Http1Exchange handshake;

    Http1WebSocket(Http1Connection connection, Http1Exchange handshake) {
        this.connection = connection;
        this.handshake = handshake;
    }

    /**
     * Looks at the handshake's own fields.
     *
     * @return false when the client was told which version it must speak
     * @throws RefusedException when they are malformed
     */
    boolean invited() throws IOException {
        var headers = handshake.headers();
        if (!headers.first("sec-websocket-version").filter("13"::equals).isPresent()) {
            connection.writeAnswer(
                    426,
                    Headers.ofFlat("sec-websocket-version", "13", "upgrade", "websocket"),
                    new byte[0]);
            return false;
        }
        if (!handshake.method().equals("GET") || !validKey(headers)) {
            throw new RefusedException(
                    Problem.Kind.MALFORMED_REQUEST, "the WebSocket handshake is malformed");
        }
        return true;
    }

    private static boolean validKey(Headers headers) {
        try {
            var keys = headers.all("sec-websocket-key");
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst()).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public ByteSource source() {
        return connection.source();
    }

    @Override
    public void accept(Headers fields) throws IOException {
        var out = new OutBuffer();
        out.put("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n");
        out.put("connection: Upgrade\r\nsec-websocket-accept: ");
        out.put(
                WebSocketKeys.acceptance(
                        handshake.headers().first("sec-websocket-key").orElseThrow()));
        out.putLineEnd().put(connection.date().line());
        for (var i = 0; i < fields.size(); i++) {
            out.put(fields.name(i)).put(": ").put(fields.value(i)).putLineEnd();
        }
        connection.write(out.putLineEnd());
        handshake.switched();
        connection.enterWebSocket();
    }

    @Override
    public void write(OutBuffer bytes) throws IOException {
        connection.write(bytes);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        connection.write(bytes);
    }

    @Override
    public void linger() {
        connection.linger();
    }

    @Override
    public void cut() {
        connection.cut();
    }
}
