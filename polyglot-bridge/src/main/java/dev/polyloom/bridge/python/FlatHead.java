// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Heads as one string of fields separated by NUL, because one string crosses to the guest at the
 * price of one header.
 *
 * <p>NUL cannot occur in a field: HTTP forbids it, and what comes from a guest is checked.
 */
final class FlatHead {

    private static final char SEPARATOR = '\0';

    private FlatHead() {}

    /**
     * Method, scheme, version, path, query, root, client, port, server, port, then names and
     * values.
     */
    static String of(RequestHead head) {
        StringBuilder flat = new StringBuilder(512);
        flat.append(head.method()).append(SEPARATOR);
        flat.append(head.scheme()).append(SEPARATOR);
        flat.append(head.httpVersion()).append(SEPARATOR);
        flat.append(head.rawPath()).append(SEPARATOR);
        flat.append(head.rawQuery()).append(SEPARATOR);
        flat.append(head.rootPath()).append(SEPARATOR);
        Endpoint client = head.client().orElse(null);
        if (client == null) {
            flat.append(SEPARATOR);
        } else {
            flat.append(client.host()).append(SEPARATOR).append(client.port());
        }
        flat.append(SEPARATOR).append(head.server().host());
        flat.append(SEPARATOR).append(head.server().port());
        Headers headers = head.headers();
        for (int i = 0; i < headers.size(); i++) {
            flat.append(SEPARATOR).append(headers.name(i));
            flat.append(SEPARATOR).append(headers.value(i));
        }
        return flat.toString();
    }

    /** Reads header fields that a guest sent. */
    static Headers headers(String flat) {
        if (flat.isEmpty()) {
            return Headers.EMPTY;
        }
        List<String> fields = new ArrayList<>(8);
        int start = 0;
        for (int end = flat.indexOf(SEPARATOR); end >= 0; end = flat.indexOf(SEPARATOR, start)) {
            fields.add(flat.substring(start, end));
            start = end + 1;
        }
        fields.add(flat.substring(start));
        return Headers.ofFlat(fields.toArray(String[]::new));
    }
}
