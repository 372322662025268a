// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code application/x-www-form-urlencoded} text, as in queries and forms. Nothing in it is
 * an error.
 */
final class UrlEncoded {

    private static final int FIELDS_MAX = 1_000;

    private UrlEncoded() {}

    /**
     * The fields in order, each with all its values; what is beyond a thousand fields is left out.
     */
    static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        int count = 0;
        for (String pair : text.split("&", FIELDS_MAX + 1)) {
            if (pair.isEmpty() || ++count > FIELDS_MAX) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            fields.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
        }
        return fields;
    }

    /** Decodes percent escapes and plus signs; text with a broken escape stays as it is. */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
