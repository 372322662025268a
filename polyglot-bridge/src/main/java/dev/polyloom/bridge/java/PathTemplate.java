// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with named segments, such as {@code /items/{id}}. Immutable. */
final class PathTemplate {

    private final List<String> segments;

    PathTemplate(String template) {
        segments = split(template);
    }

    /** The values of the named segments when an encoded path fits. */
    Optional<Map<String, String>> match(String path) {
        List<String> given = split(path);
        if (given.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < given.size(); i++) {
            String segment = segments.get(i);
            String value = UrlEncoded.decode(given.get(i).replace("+", "%2B"));
            if (segment.startsWith("{") && segment.endsWith("}")) {
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.put(segment.substring(1, segment.length() - 1), value);
            } else if (!segment.equals(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static List<String> split(String path) {
        return List.of(path.split("/", -1));
    }
}
