// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.Tokens;

/** What all protocols ask about the head of a response. Pure functions. */
final class ResponseHeads {

    static final String SERVER_NAME = "polyloom";

    /* What a field is to the host, as bits. */
    static final int CONTENT_LENGTH = 1;
    static final int DATE = 1 << 1;
    static final int SERVER = 1 << 2;
    static final int REQUEST_ID = 1 << 3;
    static final int HOP_BY_HOP = 1 << 4;
    static final int CONNECTION_CLOSE = 1 << 5;

    private static final int STATUS_MIN = 200;
    private static final int STATUS_MAX = 599;

    private ResponseHeads() {}

    /**
     * Refuses what would break the protocol.
     *
     * @throws IllegalArgumentException when it does
     */
    static void check(int status, Headers headers) {
        if (status < STATUS_MIN || status > STATUS_MAX) {
            throw new IllegalArgumentException(
                    "the status " + status + " is not one to answer with");
        }
        for (var i = 0; i < headers.size(); i++) {
            checkName(headers.name(i));
            checkValue(headers.name(i), headers.value(i));
        }
    }

    /** What a field is to the host; 0 when it is the app's own business. */
    static int known(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("te") ? HOP_BY_HOP : 0;
            case 4 -> name.equalsIgnoreCase("date") ? DATE : 0;
            case 6 -> name.equalsIgnoreCase("server") ? SERVER : 0;
            case 7 -> name.equalsIgnoreCase("upgrade") ? HOP_BY_HOP : 0;
            case 10 ->
                    name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive")
                            ? HOP_BY_HOP
                            : 0;
            case 12 -> name.equalsIgnoreCase(RequestIds.HEADER) ? REQUEST_ID : 0;
            case 14 -> name.equalsIgnoreCase("content-length") ? CONTENT_LENGTH : 0;
            case 16 -> name.equalsIgnoreCase("proxy-connection") ? HOP_BY_HOP : 0;
            case 17 -> name.equalsIgnoreCase("transfer-encoding") ? HOP_BY_HOP : 0;
            default -> 0;
        };
    }

    /** Whether a response of this status has no body whatever the app sends. */
    static boolean bodiless(int status) {
        return status == 204 || status == 304;
    }

    /**
     * Refuses words beside a status that would break the protocol.
     *
     * @throws IllegalArgumentException when they do
     */
    static void checkReason(String phrase) {
        for (var i = 0; i < phrase.length(); i++) {
            var c = phrase.charAt(i);
            if (c > 0xff || c == 0x7f || (c < ' ' && c != '\t')) {
                throw new IllegalArgumentException(
                        "the reason phrase has a control character or one beyond ISO-8859-1");
            }
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header without a name");
        }
        for (var i = 0; i < name.length(); i++) {
            if (!Tokens.isTokenChar(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "the header name has a character that none may have, at index " + i);
            }
        }
    }

    private static void checkValue(String name, String value) {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0 || c > 0xff) {
                throw new IllegalArgumentException(
                        "the value of the header "
                                + name
                                + " has a line break, a NUL or a"
                                + " character beyond ISO-8859-1");
            }
        }
    }
}
