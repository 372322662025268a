// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

/**
 * A function as a class: takes every WebSocket connection to its URL. One instance serves a
 * replica, from many threads at once; a connection has a virtual thread of its own. A class that
 * implements {@link HttpHandler} too takes plain requests besides; without it they are answered
 * with 426.
 *
 * {@snippet :
 * public class Echo implements WebSocketHandler {
 *     public void handle(WebSocket socket) throws Exception {
 *         while (socket.receive() instanceof WebSocket.Message.Text(String text)) {
 *             socket.send(text);
 *         }
 *     }
 * }
 * }
 */
@FunctionalInterface
public interface WebSocketHandler {

    /**
     * Serves a connection; when it returns, the connection is closed with 1000.
     *
     * @throws Exception any; the connection is closed with 1011, or refused with 500 if it was not
     *     accepted yet
     */
    void handle(WebSocket socket) throws Exception;
}
