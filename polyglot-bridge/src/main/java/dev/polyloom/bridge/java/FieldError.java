// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of a request, in the shape of FastAPI's validation errors.
 * Immutable.
 *
 * @param type such as {@code missing} or {@code int_parsing}
 * @param place where it is, such as {@code query}, {@code x}
 * @param message one sentence
 * @param input what was there
 */
record FieldError(String type, List<Object> place, String message, @Nullable Object input) {

    static FieldError missing(List<Object> place) {
        return new FieldError("missing", place, "Field required", null);
    }

    /** As it is sent. */
    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("type", type);
        json.put("loc", place);
        json.put("msg", message);
        json.put("input", input);
        return json;
    }
}
