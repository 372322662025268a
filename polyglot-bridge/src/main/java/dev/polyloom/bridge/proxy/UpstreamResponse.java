// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a server's response. Immutable.
 *
 * @param status 101, or 200 to 599
 * @param headers as they came, without those that belong to the one connection
 * @param framing how the body ends
 */
record UpstreamResponse(int status, Headers headers, Framing framing) {

    private static final int HEAD_BYTES_MAX = 256 << 10;
    private static final int INTERIM_MAX = 16;
    private static final int SWITCHING = 101;

    /** How a body ends. */
    sealed interface Framing {
        /** After so many bytes. */
        record Length(long bytes) implements Framing {}

        /** By its last chunk. */
        record Chunks() implements Framing {}

        /** With the connection. */
        record UntilClose() implements Framing {}
    }

    /** Reads heads until one is the final answer. */
    static UpstreamResponse read(Upstream upstream, String method) throws BadGatewayException {
        for (int interim = 0; interim < INTERIM_MAX; interim++) {
            UpstreamResponse response = readOne(upstream, method);
            if (response.status >= 200 || response.status == SWITCHING) {
                return response;
            }
        }
        throw new BadGatewayException("the server sends no final answer");
    }

    private static UpstreamResponse readOne(Upstream upstream, String method)
            throws BadGatewayException {
        String line = upstream.line();
        if (line == null) {
            throw new BadGatewayException("the server ended the connection without an answer");
        }
        int status = status(line);
        List<String> flat = new ArrayList<>();
        int bytes = 0;
        while (true) {
            String field = upstream.line();
            if (field == null) {
                throw new BadGatewayException("the server ended the connection within a head");
            }
            if (field.isEmpty()) {
                break;
            }
            bytes += field.length();
            if (bytes > HEAD_BYTES_MAX) {
                throw new BadGatewayException(
                        "the head of the server's answer is larger than "
                                + HEAD_BYTES_MAX
                                + " bytes");
            }
            addField(field, flat);
        }
        Headers all = Headers.ofFlat(flat.toArray(String[]::new));
        Framing framing = framing(status, method, all);
        Set<String> misleading =
                framing instanceof Framing.Chunks ? Set.of("content-length") : Set.of();
        return new UpstreamResponse(status, ProxyFields.endToEnd(all, misleading), framing);
    }

    private static int status(String line) throws BadGatewayException {
        boolean http = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ';
        int status = 0;
        for (int i = 9; http && i < 12; i++) {
            int digit = Character.digit(line.charAt(i), 10);
            http = digit >= 0;
            status = status * 10 + digit;
        }
        if (!http
                || (line.length() > 12 && line.charAt(12) != ' ')
                || status < 100
                || status > 599) {
            throw new BadGatewayException("what listens there does not answer with HTTP/1");
        }
        return status;
    }

    private static void addField(String field, List<String> flat) throws BadGatewayException {
        int colon = field.indexOf(':');
        if (colon <= 0) {
            throw new BadGatewayException("the server sent a header field without a name");
        }
        String name = field.substring(0, colon);
        String value = field.substring(colon + 1).strip();
        if (!Tokens.isToken(name) || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new BadGatewayException("the server sent a malformed header field");
        }
        flat.add(name.toLowerCase(Locale.ROOT));
        flat.add(value);
    }

    private static Framing framing(int status, String method, Headers headers)
            throws BadGatewayException {
        if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            return new Framing.Length(0);
        }
        List<String> encodings = headers.all("transfer-encoding");
        if (!encodings.isEmpty()) {
            if (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new BadGatewayException("the server uses an unknown transfer encoding");
            }
            return new Framing.Chunks();
        }
        List<String> lengths = headers.all("content-length").stream().distinct().toList();
        if (lengths.isEmpty()) {
            return new Framing.UntilClose();
        }
        try {
            long length = Long.parseLong(lengths.getFirst());
            if (lengths.size() == 1 && length >= 0 && lengths.getFirst().charAt(0) != '+') {
                return new Framing.Length(length);
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new BadGatewayException("the server sent a content length that is none");
    }
}
