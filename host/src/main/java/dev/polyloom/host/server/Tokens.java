// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/** The characters of HTTP. Pure functions. */
final class Tokens {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (var c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (var c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 'a' + 'A'] = true;
        }
        for (var c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private Tokens() {}

    /** Whether a character may stand in a method or a field's name. */
    static boolean isTokenChar(int c) {
        return c >= 0 && c < TOKEN.length && TOKEN[c];
    }
}
