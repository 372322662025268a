// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a response's fields say of whether its body may be compressed, and what they become when it
 * is. Immutable.
 */
final class EncodedFields {

    private final Headers headers;
    private final boolean open;
    private final long length;

    private EncodedFields(Headers headers, boolean open, long length) {
        this.headers = headers;
        this.open = open;
        this.length = length;
    }

    /** Of a response as the app gave it. */
    static EncodedFields of(int status, Headers headers) {
        var typed = false;
        var closed = ResponseHeads.bodiless(status) || status == 206 || status == 205;
        var length = -1L;
        for (var i = 0; i < headers.size() && !closed; i++) {
            var value = headers.value(i);
            switch (headers.name(i).toLowerCase(Locale.ROOT)) {
                case "content-type" -> typed = CompressibleTypes.holds(value);
                case "content-length" -> length = length(value);
                case "cache-control" -> closed = lists(value, "no-transform");
                // What tells something of the very bytes of the body.
                case "content-encoding",
                        "content-range",
                        "content-digest",
                        "repr-digest",
                        "digest",
                        "content-md5" ->
                        closed = true;
                default -> {
                    // Nothing to do with the body.
                }
            }
        }
        return new EncodedFields(headers, typed && !closed, length);
    }

    private static long length(String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static boolean lists(String value, String word) {
        for (var element : value.split(",", -1)) {
            if (element.strip().equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the body may be compressed for clients that take it. */
    boolean open() {
        return open;
    }

    /** The body's length as the app told it, -1 when it did not. */
    long length() {
        return length;
    }

    /** The fields of a body that stays as it is, for this client. */
    Headers plain() {
        return open ? Headers.ofFlat(withVary(false).toArray(String[]::new)) : headers;
    }

    /** The fields of the compressed body, without its length. */
    Headers encoded(String coding) {
        var flat = withVary(true);
        flat.add("content-encoding");
        flat.add(coding);
        return Headers.ofFlat(flat.toArray(String[]::new));
    }

    private List<String> withVary(boolean encoded) {
        var flat = new ArrayList<String>(2 * headers.size() + 4);
        var varies = false;
        for (var i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            var value = headers.value(i);
            switch (name.toLowerCase(Locale.ROOT)) {
                case "vary" -> {
                    if (!varies && !lists(value, "accept-encoding") && !lists(value, "*")) {
                        value = value.isBlank() ? "accept-encoding" : value + ", accept-encoding";
                    }
                    varies = true;
                }
                case "etag" -> {
                    // The bytes differ from those that the app has named, the content does not.
                    if (encoded && value.startsWith("\"")) {
                        value = "W/" + value;
                    }
                }
                case "content-length", "accept-ranges" -> {
                    if (encoded) {
                        continue;
                    }
                }
                default -> {
                    // Stays.
                }
            }
            flat.add(name);
            flat.add(value);
        }
        if (!varies) {
            flat.add("vary");
            flat.add("accept-encoding");
        }
        return flat;
    }
}
