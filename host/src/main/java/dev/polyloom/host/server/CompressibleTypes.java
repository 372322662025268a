// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.Locale;
import java.util.Set;

/** Media types whose content becomes shorter when it is compressed. */
final class CompressibleTypes {

    private static final Set<String> TYPES =
            Set.of(
                    "application/geo+json-seq",
                    "application/graphql",
                    "application/javascript",
                    "application/json",
                    "application/json-seq",
                    "application/jsonl",
                    "application/manifest+json",
                    "application/ndjson",
                    "application/openmetrics-text",
                    "application/rtf",
                    "application/sql",
                    "application/toml",
                    "application/vnd.ms-fontobject",
                    "application/wasm",
                    "application/x-javascript",
                    "application/x-ndjson",
                    "application/x-sh",
                    "application/x-www-form-urlencoded",
                    "application/x-yaml",
                    "application/xml",
                    "application/xml-dtd",
                    "application/yaml",
                    "font/collection",
                    "font/otf",
                    "font/ttf",
                    "image/bmp",
                    "image/svg+xml",
                    "image/x-icon");

    private CompressibleTypes() {}

    /** Whether a value of {@code Content-Type} is one of them. */
    static boolean holds(String contentType) {
        var semicolon = contentType.indexOf(';');
        var type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        type = type.strip().toLowerCase(Locale.ROOT);
        if (type.startsWith("text/")) {
            // Its readers take one event after the other, some of them through what does not
            // flush when it unpacks.
            return !type.equals("text/event-stream");
        }
        return TYPES.contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || type.endsWith("+yaml")
                || type.endsWith("+text");
    }
}
