// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whom a request really comes from. Only peers that were configured are believed when they name
 * another client. Immutable.
 */
final class Proxies {

    private final Set<String> trusted;
    private final boolean any;

    Proxies(Set<String> trusted) {
        this.trusted = trusted;
        this.any = trusted.contains("*");
    }

    /** Whether a peer may speak for others. */
    boolean trusts(Endpoint peer) {
        return any || trusted.contains(peer.host());
    }

    /** The client: the last address in the chain that is no trusted proxy. */
    Endpoint client(Endpoint peer, Headers headers) {
        if (!trusts(peer)) {
            return peer;
        }
        var chain = headers.all("x-forwarded-for");
        if (chain.isEmpty()) {
            return peer;
        }
        var hops = List.of(String.join(",", chain).split(",", -1));
        for (var hop : hops.reversed()) {
            var address = address(hop.strip());
            if (address.isEmpty()) {
                return peer;
            }
            if (!trusted.contains(address) && !any) {
                return new Endpoint(address, 0);
            }
        }
        var first = address(hops.getFirst().strip());
        return first.isEmpty() ? peer : new Endpoint(first, 0);
    }

    /** The scheme that the client used. */
    String scheme(Endpoint peer, Headers headers, String scheme) {
        if (!trusts(peer)) {
            return scheme;
        }
        var told = headers.first("x-forwarded-proto").orElse(scheme).strip();
        return switch (told.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> scheme.startsWith("ws") ? "wss" : "https";
            case "http", "ws" -> scheme.startsWith("ws") ? "ws" : "http";
            default -> scheme;
        };
    }

    /** The scheme of a WebSocket over a scheme of HTTP. */
    static String socketScheme(String scheme) {
        return scheme.equals("https") ? "wss" : "ws";
    }

    /** The address in a hop such as {@code 1.2.3.4:80}; empty when it is none. */
    private static String address(String hop) {
        if (hop.startsWith("[")) {
            var end = hop.indexOf(']');
            return end > 0 ? plain(hop.substring(1, end)) : "";
        }
        var colon = hop.indexOf(':');
        return plain(colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop);
    }

    private static String plain(String address) {
        for (var i = 0; i < address.length(); i++) {
            var c = address.charAt(i);
            if (!(Character.digit(c, 36) >= 0 && c < 128)
                    && c != '.'
                    && c != ':'
                    && c != '-'
                    && c != '_') {
                return "";
            }
        }
        return address;
    }
}
