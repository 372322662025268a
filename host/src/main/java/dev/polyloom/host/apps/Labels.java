// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.FunctionManifest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names functions on the wire. Pure functions. */
final class Labels {

    /** The most characters that a piece of a host name has. */
    static final int LENGTH_MAX = 63;

    private static final int HASH_BYTES = 3;

    private Labels() {}

    /**
     * The label of a function: the one its author chose or {@code <app>-<function>}, then the
     * suffix.
     */
    static String of(String app, FunctionManifest function, String suffix) {
        var chosen = function.label().orElseGet(() -> app + "-" + function.name());
        return bounded(cleaned(chosen) + suffix);
    }

    /** The start of the labels of an app's functions whose names are not known. */
    static String prefix(String app) {
        return cleaned(app) + "-";
    }

    /** Lower case, with a dash for each run of characters that host names do not have. */
    static String cleaned(String text) {
        var clean = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                clean.append((char) (c + 'a' - 'A'));
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                clean.append(c);
            } else if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != '-') {
                clean.append('-');
            }
        }
        while (!clean.isEmpty() && clean.charAt(clean.length() - 1) == '-') {
            clean.setLength(clean.length() - 1);
        }
        return clean.isEmpty() ? "app" : clean.toString();
    }

    /** Cuts what is too long for a host name and marks it with a hash of the whole. */
    private static String bounded(String label) {
        if (label.length() <= LENGTH_MAX) {
            return label;
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var hash = digest.digest(label.getBytes(StandardCharsets.UTF_8));
            var piece = HexFormat.of().formatHex(hash, 0, HASH_BYTES);
            return label.substring(0, LENGTH_MAX - piece.length() - 1) + "-" + piece;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
