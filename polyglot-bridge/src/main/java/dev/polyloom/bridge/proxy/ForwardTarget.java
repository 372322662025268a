// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;

/**
 * Where a request to a forward proxy is to go.
 *
 * @param tunnel whether a connection is wanted, and not one exchange
 * @param authority as the client gave it, without who it is
 * @param host a name or an address
 * @param line the request line for the server
 */
record ForwardTarget(boolean tunnel, String authority, String host, int port, String line) {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(20);
    private static final String SCHEME = "http://";
    private static final int HTTP_PORT = 80;
    private static final int PORT_MAX = 65_535;

    /** The host's own services are not for whoever has a network of its own. */
    static final class ForbiddenException extends IOException {

        private static final long serialVersionUID = 1L;

        ForbiddenException(String host) {
            super(host + " is the host itself");
        }
    }

    /**
     * Reads a request line.
     *
     * @throws IllegalArgumentException when it is none for a proxy
     */
    static ForwardTarget of(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new IllegalArgumentException("not a request");
        }
        if (parts[0].equals("CONNECT")) {
            return of(true, parts[1], -1, line);
        }
        if (!parts[1].toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw new IllegalArgumentException("not a request to a proxy");
        }
        String address = parts[1].substring(SCHEME.length());
        int end = 0;
        while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) {
            end++;
        }
        String authority = address.substring(address.lastIndexOf('@', end) + 1, end);
        String path = address.substring(end);
        String origin = path.startsWith("/") ? path : "/" + path;
        return of(false, authority, HTTP_PORT, parts[0] + " " + origin + " " + parts[2]);
    }

    private static ForwardTarget of(boolean tunnel, String authority, int otherwise, String line) {
        int colon = authority.lastIndexOf(':');
        boolean given = colon > authority.lastIndexOf(']');
        int port = given ? port(authority.substring(colon + 1), otherwise) : otherwise;
        String host = given ? authority.substring(0, colon) : authority;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || port <= 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("no host and port: " + authority);
        }
        return new ForwardTarget(tunnel, authority, host, port, line);
    }

    private static int port(String text, int otherwise) {
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }

    /**
     * Connects to it, at the first of its addresses where that works.
     *
     * @throws ForbiddenException when it is on the host's loopback address
     */
    SocketChannel dial() throws IOException {
        IOException failure = new ForbiddenException(host);
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (!address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
                SocketChannel channel = SocketChannel.open();
                try {
                    channel.socket()
                            .connect(
                                    new InetSocketAddress(address, port),
                                    (int) CONNECT_MAX.toMillis());
                    return channel;
                } catch (IOException e) {
                    channel.close();
                    failure = e;
                }
            }
        }
        throw failure;
    }
}
