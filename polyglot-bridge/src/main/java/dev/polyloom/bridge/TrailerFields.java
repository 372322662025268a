// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Locale;
import java.util.Set;

/**
 * Which fields may follow a body, either way: none that tells where the body ends, where the
 * request goes, or how it is to be decoded (RFC 9110, section 6.5.1). Pure functions.
 */
public final class TrailerFields {

    private static final Set<String> FORBIDDEN =
            Set.of(
                    "authorization",
                    "cache-control",
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-range",
                    "cookie",
                    "expect",
                    "host",
                    "keep-alive",
                    "max-forwards",
                    "proxy-authorization",
                    "proxy-connection",
                    "range",
                    "set-cookie",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private TrailerFields() {}

    /** Whether a field of this name may follow a body. */
    public static boolean allows(String name) {
        return !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Refuses fields that may not follow a body.
     *
     * @throws IllegalArgumentException when there is one
     */
    public static void check(Headers trailers) {
        for (int i = 0; i < trailers.size(); i++) {
            if (!allows(trailers.name(i))) {
                throw new IllegalArgumentException(
                        "the field " + trailers.name(i) + " may not follow a body");
            }
        }
    }
}
