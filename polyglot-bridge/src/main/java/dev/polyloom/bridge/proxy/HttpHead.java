// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The head of an HTTP/1 message.
 *
 * @param first its request or status line
 * @param fields its field lines
 */
record HttpHead(String first, List<String> fields) {

    private static final int CHARACTERS_MAX = 64 << 10;
    private static final int FIELDS_MAX = 200;

    /**
     * What belongs to one connection; how the body ends does not, where it is passed on as it is.
     */
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "upgrade");

    /**
     * Reads one.
     *
     * @throws BadGatewayException when none comes, or none that a proxy understands
     */
    static HttpHead read(Upstream from) throws BadGatewayException {
        List<String> lines = new ArrayList<>();
        int left = CHARACTERS_MAX;
        while (true) {
            String line = from.line();
            if (line == null) {
                throw new BadGatewayException("the connection ended within a head");
            }
            left -= line.length();
            if (left < 0 || lines.size() > FIELDS_MAX) {
                throw new BadGatewayException("a head is too large");
            }
            if (line.isEmpty() && !lines.isEmpty()) {
                return new HttpHead(lines.getFirst(), List.copyOf(lines.subList(1, lines.size())));
            }
            if (line.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                throw new BadGatewayException("a head has control characters");
            }
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
    }

    private static String name(String field) {
        int colon = field.indexOf(':');
        return field.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT);
    }

    private Set<String> ofThisConnection() {
        Set<String> names = new HashSet<>(HOP_BY_HOP);
        fields.stream()
                .filter(field -> name(field).equals("connection"))
                .flatMap(field -> Stream.of(field.substring(field.indexOf(':') + 1).split(",")))
                .map(option -> option.strip().toLowerCase(Locale.ROOT))
                .forEach(names::add);
        names.remove("transfer-encoding");
        names.remove("content-length");
        return names;
    }

    /**
     * How it is passed on, to a connection that ends with this exchange.
     *
     * @param line the first line instead
     * @param others names of fields, in small letters, to be left out as well
     * @param added field lines
     */
    String passedOn(String line, Set<String> others, List<String> added) {
        Set<String> dropped = ofThisConnection();
        dropped.addAll(others);
        StringBuilder head = new StringBuilder(line).append("\r\n");
        added.forEach(field -> head.append(field).append("\r\n"));
        fields.stream()
                .filter(field -> !dropped.contains(name(field)))
                .forEach(field -> head.append(field).append("\r\n"));
        return head.append("Connection: close\r\n\r\n").toString();
    }

    /** As it is. */
    String text() {
        return first
                + "\r\n"
                + String.join("", fields.stream().map(f -> f + "\r\n").toList())
                + "\r\n";
    }
}
