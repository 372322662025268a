// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One request on a connection of its own. Other than a client library it never sends anything again
 * by itself, and sees what comes after the answer.
 *
 * @param status the answer's
 * @param body the answer's, as ISO-8859-1
 */
public record OneShot(int status, String body) {

    private static final int CONNECT_MILLIS = 10_000;
    private static final String HEAD_END = "\r\n\r\n";

    /**
     * Sends a GET on the loopback address and reads until the server closes.
     *
     * @param bound how long the server may be silent
     * @throws IOException when there is no whole answer
     */
    public static OneShot get(int port, String path, Duration bound) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.setSoTimeout((int) bound.toMillis());
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            byte[] bytes = socket.getInputStream().readAllBytes();
            return parse(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    private static OneShot parse(String answer) throws IOException {
        int end = answer.indexOf(HEAD_END);
        if (!answer.startsWith("HTTP/1.1 ") || end < 0) {
            throw new IOException("the answer broke off: `" + answer + "`");
        }
        return new OneShot(
                Integer.parseInt(answer.substring(9, 12)),
                answer.substring(end + HEAD_END.length()));
    }
}
