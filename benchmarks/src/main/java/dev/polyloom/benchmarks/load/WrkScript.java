// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import dev.polyloom.benchmarks.apps.Request;
import java.nio.charset.StandardCharsets;

/** The Lua script that makes wrk send a request with a body. */
final class WrkScript {

    private WrkScript() {}

    static String of(Request request) {
        StringBuilder script = new StringBuilder();
        script.append("wrk.method = ").append(literal(request.method())).append('\n');
        if (!request.contentType().isEmpty()) {
            script.append("wrk.headers[\"Content-Type\"] = ")
                    .append(literal(request.contentType()))
                    .append('\n');
        }
        if (!request.body().isEmpty()) {
            script.append("wrk.body = ").append(literal(request.body())).append('\n');
        }
        return script.toString();
    }

    /** A string of Lua that holds the text's bytes in UTF-8, whatever they are. */
    static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            int code = value & 0xff;
            if (code >= ' ' && code < 0x7f && code != '"' && code != '\\') {
                literal.append((char) code);
            } else {
                literal.append('\\').append("%03d".formatted(code));
            }
        }
        return literal.append('"').toString();
    }
}
