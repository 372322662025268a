// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.RequestHead.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as guests see them: numbers, never looked-up names. Pure functions. */
final class Endpoints {

    private static final Endpoint UNKNOWN = new Endpoint("", 0);

    private Endpoints() {}

    static Endpoint of(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? new Endpoint(plain(inet.getAddress().getHostAddress()), inet.getPort())
                : UNKNOWN;
    }

    /** Without the name of the interface that IPv6 addresses may end in. */
    private static String plain(String host) {
        var scope = host.indexOf('%');
        return scope < 0 ? host : host.substring(0, scope);
    }
}
