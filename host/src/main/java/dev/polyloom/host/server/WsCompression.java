// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What client and host agree on for {@code permessage-deflate}, RFC 7692. Immutable.
 *
 * @param serverWindowBits how far the client looks back in what the host sends
 * @param serverKeepsContext whether a message of the host may refer to the ones before
 * @param clientKeepsContext whether a message of the client may
 * @param answer the value of {@code Sec-WebSocket-Extensions}
 */
record WsCompression(
        int serverWindowBits,
        boolean serverKeepsContext,
        boolean clientKeepsContext,
        String answer) {

    private static final String NAME = "permessage-deflate";
    private static final int BITS_MIN = 8;
    private static final int BITS_MAX = 15;

    /** The first of the client's offers that can be met. */
    static Optional<WsCompression> agree(List<String> offered) {
        return offered.stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(WsCompression::agree)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<WsCompression> agree(String offer) {
        var parts = offer.split(";", -1);
        if (!parts[0].strip().equalsIgnoreCase(NAME)) {
            return Optional.empty();
        }
        var seen = new HashSet<String>();
        var answer = new StringBuilder(NAME);
        var bits = BITS_MAX;
        for (var i = 1; i < parts.length; i++) {
            var equals = parts[i].indexOf('=');
            var name = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            name = name.strip().toLowerCase(Locale.ROOT);
            var value = equals < 0 ? "" : unquoted(parts[i].substring(equals + 1).strip());
            if (!seen.add(name) || !fits(name, equals >= 0, value)) {
                return Optional.empty();
            }
            switch (name) {
                case "server_max_window_bits" -> {
                    bits = Integer.parseInt(value);
                    answer.append("; ").append(name).append('=').append(bits);
                }
                case "client_max_window_bits" -> {
                    // The host can always look back as far as any client does.
                }
                default -> answer.append("; ").append(name);
            }
        }
        return Optional.of(
                new WsCompression(
                        bits,
                        !seen.contains("server_no_context_takeover"),
                        !seen.contains("client_no_context_takeover"),
                        answer.toString()));
    }

    private static boolean fits(String name, boolean hasValue, String value) {
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> !hasValue;
            case "server_max_window_bits" -> windowBits(value);
            case "client_max_window_bits" -> !hasValue || windowBits(value);
            default -> false;
        };
    }

    private static boolean windowBits(String value) {
        return value.matches("[1-9][0-9]?")
                && Integer.parseInt(value) >= BITS_MIN
                && Integer.parseInt(value) <= BITS_MAX;
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
