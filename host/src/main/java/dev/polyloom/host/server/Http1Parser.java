// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.Tokens;
import dev.polyloom.host.server.Problem.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the head of an HTTP/1 request from its bytes. Strict where two readers could understand
 * different things: it refuses what RFC 9112 forbids. Used for one head and then thrown away.
 */
final class Http1Parser {

    private static final int FIELDS_MAX = 100;
    private static final int LENGTH_DIGITS_MAX = 18;

    /** RFC 9112 wants at least so much of a request line, and others take no more of a field. */
    private static final int LINE_BYTES_MAX = 8_000;

    /** What a client may do to a body before it sends it in chunks, and the app must undo. */
    private static final Set<String> CODINGS =
            Set.of("identity", "gzip", "x-gzip", "deflate", "compress", "x-compress");

    private final byte[] bytes;
    private final int end;
    private int at;

    private String[] flat = new String[24];
    private int used;
    private int hosts;
    private long contentLength;
    private boolean hasLength;
    private boolean typed;
    private boolean chunked;
    private boolean encoded;
    private boolean close;
    private boolean keepAlive;
    private boolean expectsContinue;
    private boolean upgradeWanted;
    private String upgrade = "";

    private Http1Parser(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /**
     * Finds the end of a head.
     *
     * @return the index after the empty line, -1 when it is not among the bytes
     */
    static int end(byte[] bytes, int from, int to) {
        for (var i = from; i + 3 < to; i++) {
            if (bytes[i + 3] > '\r') {
                // The empty line cannot end before this byte.
                i += 3;
            } else if (bytes[i] == '\r'
                    && bytes[i + 1] == '\n'
                    && bytes[i + 2] == '\r'
                    && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** Whether the first line, if it has three parts, has at least a path or a version. */
    static boolean resemblesHttp(byte[] bytes, int start, int end) {
        var parts = 1;
        for (var i = start; i + 1 < end && bytes[i] != '\r'; i++) {
            if (bytes[i] == ' ') {
                parts++;
                if (bytes[i + 1] == '/' || bytes[i + 1] == 'H') {
                    return true;
                }
            }
        }
        return parts < 3;
    }

    /**
     * Parses a head.
     *
     * @param start the index of the request line's first byte
     * @param end the index after the empty line
     */
    static Http1Head parse(byte[] bytes, int start, int end) throws RefusedException {
        return new Http1Parser(bytes, start, end - 2).parse();
    }

    private Http1Head parse() throws RefusedException {
        var method = method();
        var target = Http1Target.parse(method, target());
        var minor = version();
        while (at < end) {
            field();
        }
        if (minor == 1 && hosts != 1) {
            throw malformed("an HTTP/1.1 request has exactly one host field");
        }
        if (hosts > 1) {
            throw malformed("there is more than one host field");
        }
        if (encoded && !chunked) {
            throw malformed("the last transfer coding is not chunked");
        }
        if (chunked && (hasLength || minor == 0)) {
            throw malformed("the body's length is told in two ways");
        }
        if (!target.authority().isEmpty()) {
            replaceHost(target.authority());
        }
        return new Http1Head(
                method,
                target.rawPath(),
                target.rawQuery(),
                minor,
                Headers.ofFlat(used == flat.length ? flat : Arrays.copyOf(flat, used)),
                chunked ? Http1Head.CHUNKED : contentLength,
                minor == 1 ? !close : keepAlive && !close,
                expectsContinue && minor == 1,
                upgradeWanted && minor == 1 && !upgrade.isEmpty()
                        ? Optional.of(upgrade)
                        : Optional.empty());
    }

    // The request line

    private String method() throws RefusedException {
        var start = at;
        while (at < end && Tokens.isTokenChar(bytes[at])) {
            at++;
        }
        if (at == start || at >= end || bytes[at] != ' ') {
            throw malformed("the request line does not start with a method");
        }
        var length = at - start;
        at++;
        if (length == 3
                && bytes[start] == 'G'
                && bytes[start + 1] == 'E'
                && bytes[start + 2] == 'T') {
            return "GET";
        }
        return new String(bytes, start, length, ISO_8859_1);
    }

    private String target() throws RefusedException {
        var start = at;
        while (at < end && bytes[at] != ' ') {
            var c = bytes[at];
            if (c < ' ' || c == 0x7f) {
                throw malformed(
                        "the request's target has a character that must be percent-encoded");
            }
            at++;
        }
        if (at == start || at >= end) {
            throw malformed("the request line has no target");
        }
        if (at - start > LINE_BYTES_MAX) {
            throw new RefusedException(
                    Kind.TARGET_TOO_LONG,
                    "the request's target is longer than " + LINE_BYTES_MAX + " bytes");
        }
        var target = new String(bytes, start, at - start, ISO_8859_1);
        at++;
        return target;
    }

    private int version() throws RefusedException {
        var start = at;
        if (end - start < 10
                || bytes[start] != 'H'
                || bytes[start + 1] != 'T'
                || bytes[start + 2] != 'T'
                || bytes[start + 3] != 'P'
                || bytes[start + 4] != '/'
                || bytes[start + 6] != '.'
                || bytes[start + 8] != '\r'
                || bytes[start + 9] != '\n') {
            throw malformed("the request line does not end with a version of HTTP");
        }
        var major = bytes[start + 5];
        var minor = bytes[start + 7];
        at = start + 10;
        if (major != '1' || (minor != '0' && minor != '1')) {
            throw new RefusedException(
                    Kind.VERSION_NOT_SUPPORTED, "this version of HTTP is not supported");
        }
        return minor - '0';
    }

    // Fields

    private void field() throws RefusedException {
        var start = at;
        while (at < end && Tokens.isTokenChar(bytes[at])) {
            at++;
        }
        if (at == start || at >= end || bytes[at] != ':') {
            throw malformed("a header field does not start with a name and a colon");
        }
        var name = lower(start, at);
        at++;
        var valueStart = at;
        while (bytes[at] != '\r') {
            var c = bytes[at];
            if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) {
                throw malformed("the header field " + name + " has a control character");
            }
            at++;
        }
        var valueEnd = at;
        if (valueEnd - start > LINE_BYTES_MAX) {
            throw new RefusedException(
                    Kind.HEADERS_TOO_LARGE,
                    "the header field " + name + " is longer than " + LINE_BYTES_MAX + " bytes");
        }
        if (bytes[at + 1] != '\n') {
            throw malformed("a line does not end with CR LF");
        }
        at += 2;
        while (valueStart < valueEnd && blank(bytes[valueStart])) {
            valueStart++;
        }
        while (valueEnd > valueStart && blank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        keep(name, new String(bytes, valueStart, valueEnd - valueStart, ISO_8859_1));
    }

    private static boolean blank(byte c) {
        return c == ' ' || c == '\t';
    }

    private String lower(int from, int to) {
        var name = new byte[to - from];
        for (var i = 0; i < name.length; i++) {
            var c = bytes[from + i];
            name[i] = c >= 'A' && c <= 'Z' ? (byte) (c + 'a' - 'A') : c;
        }
        return new String(name, ISO_8859_1);
    }

    private void keep(String name, String value) throws RefusedException {
        if (used == 2 * FIELDS_MAX) {
            throw new RefusedException(Kind.HEADERS_TOO_LARGE, "there are too many header fields");
        }
        if (used == flat.length) {
            flat = Arrays.copyOf(flat, 2 * flat.length);
        }
        flat[used++] = name;
        flat[used++] = value;
        switch (name.length()) {
            case 4 -> {
                if (name.equals("host")) {
                    host(value);
                }
            }
            case 6 -> {
                if (name.equals("expect")) {
                    expect(value);
                }
            }
            case 7 -> {
                if (name.equals("upgrade")) {
                    upgrade = value.toLowerCase(Locale.ROOT);
                }
            }
            case 10 -> {
                if (name.equals("connection")) {
                    connection(value);
                }
            }
            case 12 -> {
                if (name.equals("content-type") && typed) {
                    throw malformed("there is more than one content type");
                }
                typed |= name.equals("content-type");
            }
            case 14 -> {
                if (name.equals("content-length")) {
                    contentLength(value);
                }
            }
            case 17 -> {
                if (name.equals("transfer-encoding")) {
                    transferEncoding(value);
                }
            }
            default -> {}
        }
    }

    private void host(String value) throws RefusedException {
        hosts++;
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '/' || c == '?' || c == '@' || c == ',') {
                throw malformed("the host field is not a host");
            }
        }
    }

    private void expect(String value) throws RefusedException {
        if (!value.equalsIgnoreCase("100-continue")) {
            throw new RefusedException(
                    Kind.EXPECTATION_FAILED, "the only expectation is 100-continue");
        }
        expectsContinue = true;
    }

    private void connection(String value) {
        for (var option : value.split(",", -1)) {
            switch (option.strip().toLowerCase(Locale.ROOT)) {
                case "close" -> close = true;
                case "keep-alive" -> keepAlive = true;
                case "upgrade" -> upgradeWanted = true;
                default -> {}
            }
        }
    }

    private void contentLength(String value) throws RefusedException {
        if (value.isEmpty() || value.length() > LENGTH_DIGITS_MAX) {
            throw malformed("the content length is not a number");
        }
        var length = 0L;
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed("the content length is not a number");
            }
            length = length * 10 + (c - '0');
        }
        if (hasLength) {
            throw malformed("there is more than one content length");
        }
        hasLength = true;
        contentLength = length;
    }

    /**
     * The last coding of all, and it alone, must be {@code chunked}: it tells where the body ends.
     */
    private void transferEncoding(String value) throws RefusedException {
        for (var item : value.split(",", -1)) {
            var coding = item.strip().toLowerCase(Locale.ROOT);
            if (chunked || coding.isEmpty()) {
                throw malformed("a transfer coding after chunked, or none");
            }
            encoded = true;
            if (coding.equals("chunked")) {
                chunked = true;
            } else if (!CODINGS.contains(coding)) {
                throw new RefusedException(
                        Kind.ENCODING_NOT_SUPPORTED, "a transfer coding that nobody knows");
            }
        }
    }

    /** The target's host is the one that counts. */
    private void replaceHost(String authority) {
        for (var i = 0; i < used; i += 2) {
            if (flat[i].equals("host")) {
                flat[i + 1] = authority;
            }
        }
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Kind.MALFORMED_REQUEST, detail);
    }
}
