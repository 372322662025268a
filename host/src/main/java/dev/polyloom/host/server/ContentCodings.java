// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which content codings a client takes, of those that the host knows (RFC 9110, section 12.5.3).
 * Immutable.
 *
 * @param gzip how much it wants gzip, in thousandths; 0 for not at all
 * @param zstd how much it wants zstd
 */
record ContentCodings(int gzip, int zstd) {

    private static final String FIELD = "accept-encoding";
    private static final int MOST = 1_000;
    private static final int UNSAID = -1;

    /** What a request's fields ask for; null when they say nothing of it. */
    static @Nullable ContentCodings of(Headers headers) {
        Wishes wishes = null;
        for (var i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (name.length() == FIELD.length() && name.equalsIgnoreCase(FIELD)) {
                wishes = wishes == null ? new Wishes() : wishes;
                wishes.add(headers.value(i));
            }
        }
        return wishes == null ? null : wishes.codings();
    }

    /** Whether it takes any of them. */
    boolean any() {
        return gzip > 0 || zstd > 0;
    }

    /** Whether zstd is the one to choose where both can be made. */
    boolean zstdFirst() {
        return zstd > 0 && zstd >= gzip;
    }

    /** What the elements of the field say. */
    private static final class Wishes {

        private int gzip = UNSAID;
        private int zstd = UNSAID;
        private int identity = UNSAID;
        private int others = UNSAID;

        void add(String value) {
            for (var from = 0; from <= value.length(); ) {
                var comma = value.indexOf(',', from);
                var to = comma < 0 ? value.length() : comma;
                addElement(value.substring(from, to));
                from = to + 1;
            }
        }

        private void addElement(String element) {
            var semicolon = element.indexOf(';');
            var name = semicolon < 0 ? element : element.substring(0, semicolon);
            var weight = semicolon < 0 ? MOST : weight(element.substring(semicolon + 1).strip());
            if (weight < 0) {
                return;
            }
            switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "gzip", "x-gzip" -> gzip = weight;
                case "zstd" -> zstd = weight;
                case "identity" -> identity = weight;
                case "*" -> others = weight;
                default -> {
                    // A coding that the host does not make.
                }
            }
        }

        /** The weight in thousandths; negative when it is none. */
        private static int weight(String parameter) {
            if (!parameter.startsWith("q=") && !parameter.startsWith("Q=")) {
                return -1;
            }
            var digits = parameter.substring(2).strip();
            if (!digits.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
                return -1;
            }
            return (int) Math.round(Double.parseDouble(digits) * MOST);
        }

        /** Codings that the client likes less than none are as good as not taken. */
        ContentCodings codings() {
            var none = Math.max(0, identity);
            return new ContentCodings(liked(gzip, none), liked(zstd, none));
        }

        private int liked(int weight, int none) {
            var wanted = Math.max(0, weight == UNSAID ? others : weight);
            return wanted >= none ? wanted : 0;
        }
    }
}
