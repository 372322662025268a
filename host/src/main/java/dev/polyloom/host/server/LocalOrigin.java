// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request to a loopback listener is meant for it, rather than made by a page of a foreign
 * site whose name was pointed here (DNS rebinding) or that posts across origins. Pure functions.
 */
final class LocalOrigin {

    private LocalOrigin() {}

    /**
     * Why a request is refused, empty when it is not.
     *
     * @param host the value of its {@code Host} field
     * @param origin the value of its {@code Origin} field, which browsers send
     */
    static Optional<String> refusal(Optional<String> host, Optional<String> origin) {
        if (host.isEmpty() || !local("http://" + host.get())) {
            return Optional.of("ask for it by localhost or 127.0.0.1, not by another name");
        }
        if (origin.isPresent() && !local(origin.get())) {
            return Optional.of("pages of other sites have no business here");
        }
        return Optional.empty();
    }

    private static boolean local(String url) {
        try {
            var host = URI.create(url).getHost();
            return host != null && localName(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean localName(String name) {
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
