// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.nio.charset.StandardCharsets;

/** Text as bytes of HTTP. Pure functions. */
final class Latin {

    private Latin() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
