// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Names requests. A client's own name is kept when it is harmless. Pure functions. */
final class RequestIds {

    /** The header a request id comes and goes in. */
    static final String HEADER = "x-request-id";

    private static final int LENGTH_MAX = 128;

    private RequestIds() {}

    /** The id that the client gave, or a new one. */
    static String of(@Nullable String given) {
        return given != null && harmless(given)
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean harmless(String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (var i = 0; i < id.length(); i++) {
            var c = id.charAt(i);
            var plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_'
                            || c == '.';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
