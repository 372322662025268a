// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which header fields a proxy passes on, and what it adds. Pure functions. */
final class ProxyFields {

    /** What belongs to one connection. */
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /** What the host answers itself, or says in the client's place. */
    private static final Set<String> REPLACED =
            Set.of(
                    "content-length",
                    "expect",
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-prefix",
                    "x-forwarded-proto",
                    "x-request-id");

    private ProxyFields() {}

    /** The fields without those that belong to the one connection, and without some others. */
    static Headers endToEnd(Headers headers, Set<String> others) {
        Set<String> dropped = dropped(headers);
        List<String> kept = new ArrayList<>(2 * headers.size());
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(Locale.ROOT);
            if (!dropped.contains(name) && !others.contains(name)) {
                kept.add(headers.name(i));
                kept.add(headers.value(i));
            }
        }
        return Headers.ofFlat(kept.toArray(String[]::new));
    }

    private static Set<String> dropped(Headers headers) {
        List<String> options = headers.all("connection");
        if (options.isEmpty()) {
            return HOP_BY_HOP;
        }
        Set<String> dropped = new HashSet<>(HOP_BY_HOP);
        for (String value : options) {
            for (String option : value.split(",", -1)) {
                dropped.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        return dropped;
    }

    /**
     * The request line, and all fields but those of the connection and the body.
     *
     * @param own fields that the caller sends itself, in lower case
     */
    static StringBuilder request(RequestHead head, Set<String> own) {
        StringBuilder text = new StringBuilder(512);
        text.append(head.method().equals("CONNECT") ? "GET" : head.method())
                .append(' ')
                .append(target(head))
                .append(" HTTP/1.1\r\n");
        Headers headers = endToEnd(head.headers(), own);
        for (int i = 0; i < headers.size(); i++) {
            if (!REPLACED.contains(headers.name(i))) {
                field(text, headers.name(i), headers.value(i));
            }
        }
        if (head.headers().first("host").isEmpty()) {
            field(text, "host", head.server().host() + ":" + head.server().port());
        }
        head.client().ifPresent(client -> field(text, "x-forwarded-for", client.host()));
        field(text, "x-forwarded-proto", secure(head.scheme()) ? "https" : "http");
        head.headers().first("host").ifPresent(host -> field(text, "x-forwarded-host", host));
        if (!head.rootPath().isEmpty()) {
            field(text, "x-forwarded-prefix", head.rootPath());
        }
        field(text, "x-request-id", head.id());
        return text;
    }

    /** The handshake of a WebSocket, but for its key. */
    static StringBuilder webSocket(RequestHead head, Set<String> own) {
        StringBuilder text = request(head, own);
        field(text, "connection", "Upgrade");
        field(text, "upgrade", "websocket");
        field(text, "sec-websocket-version", "13");
        return text;
    }

    static void field(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    private static boolean secure(String scheme) {
        return scheme.equals("https") || scheme.equals("wss");
    }

    /** The path as the server knows it, which is not told where it is mounted but by a field. */
    private static String target(RequestHead head) {
        String path = head.rawPath();
        if (path.startsWith(head.rootPath())) {
            path = path.substring(head.rootPath().length());
        }
        if (path.isEmpty()) {
            path = "/";
        }
        return head.rawQuery().isEmpty() ? path : path + "?" + head.rawQuery();
    }
}
