// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of lists of fields, and refuses the malformed, section 8 of RFC 9113. Used for one
 * head and then thrown away.
 */
final class Heads {

    private static final int LENGTH_DIGITS_MAX = 18;

    private final int stream;
    private final List<String> flat = new ArrayList<>();
    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String path;
    private @Nullable String authority;
    private @Nullable String protocol;
    private @Nullable String host;
    private @Nullable StringBuilder cookies;
    private long contentLength = -1;

    private Heads(int stream) {
        this.stream = stream;
    }

    /**
     * The request.
     *
     * @param fields names and values in turn
     * @param ended whether no body follows
     * @throws Http2Exception for the stream, when it is malformed
     */
    static Http2Request request(int stream, String[] fields, boolean ended, boolean tooLarge)
            throws Http2Exception {
        return new Heads(stream).request(fields, ended, tooLarge);
    }

    /** Checks trailer fields. */
    static void checkTrailers(int stream, String[] fields) throws Http2Exception {
        var heads = new Heads(stream);
        for (var i = 0; i < fields.length; i += 2) {
            heads.field(fields[i], fields[i + 1]);
        }
    }

    private Http2Request request(String[] fields, boolean ended, boolean tooLarge)
            throws Http2Exception {
        var regular = false;
        for (var i = 0; i < fields.length; i += 2) {
            if (fields[i].startsWith(":")) {
                if (regular) {
                    throw malformed("a pseudo-header field follows others");
                }
                pseudo(fields[i], fields[i + 1]);
            } else {
                regular = true;
                field(fields[i], fields[i + 1]);
            }
        }
        check();
        var cookie = cookies;
        if (cookie != null) {
            flat.add("cookie");
            flat.add(cookie.toString());
        }
        var named = authority != null ? authority : host;
        if (named != null) {
            flat.addAll(0, List.of("host", named));
        }
        if (ended && contentLength > 0) {
            throw malformed("a body was announced and does not follow");
        }
        return new Http2Request(
                method == null ? "" : method,
                scheme == null ? "" : scheme,
                path == null ? "" : path,
                Optional.ofNullable(protocol),
                Headers.ofFlat(flat.toArray(String[]::new)),
                ended ? 0 : contentLength,
                tooLarge);
    }

    private void check() throws Http2Exception {
        if (method == null || method.isEmpty()) {
            throw malformed("there is no method");
        }
        var connect = method.equals("CONNECT");
        if (protocol != null && !connect) {
            throw malformed("only CONNECT names a protocol");
        }
        if (connect && protocol == null) {
            if (scheme != null || path != null || authority == null) {
                throw malformed("CONNECT names an authority and nothing else");
            }
            return;
        }
        if (scheme == null || path == null) {
            throw malformed("there is no scheme or path");
        }
        if (!path.startsWith("/") && !(path.equals("*") && method.equals("OPTIONS"))) {
            throw malformed("the path is of no known form");
        }
        if (authority != null && host != null && !authority.equalsIgnoreCase(host)) {
            throw malformed("there are two different hosts");
        }
        if (authority == null && host == null) {
            throw malformed("there is no host");
        }
    }

    private void pseudo(String name, String value) throws Http2Exception {
        checkValue(value);
        switch (name) {
            case ":method" -> method = once(method, token(value));
            case ":scheme" -> scheme = once(scheme, value);
            case ":path" -> path = once(path, target(value));
            case ":authority" -> authority = once(authority, authority(value));
            case ":protocol" -> protocol = once(protocol, value);
            default -> throw malformed("a request has no such pseudo-header field");
        }
    }

    private String once(@Nullable String before, String value) throws Http2Exception {
        if (before != null) {
            throw malformed("a pseudo-header field comes twice");
        }
        return value;
    }

    private String token(String value) throws Http2Exception {
        for (var i = 0; i < value.length(); i++) {
            if (!Tokens.isTokenChar(value.charAt(i))) {
                throw malformed("the method is none");
            }
        }
        return value;
    }

    private String target(String value) throws Http2Exception {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                throw malformed("the path has a character that none may have");
            }
        }
        return value;
    }

    private String authority(String value) throws Http2Exception {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '/' || c == '?' || c == '@' || c == ',') {
                throw malformed("the host is none");
            }
        }
        return value;
    }

    private void field(String name, String value) throws Http2Exception {
        checkName(name);
        checkValue(value);
        switch (name) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
                    throw malformed("the field " + name + " has no place in HTTP/2");
            case "te" -> {
                if (!value.equals("trailers")) {
                    throw malformed("te may be trailers only");
                }
            }
            case "host" -> {
                host = once(host, authority(value));
                return;
            }
            case "cookie" -> {
                // Who does not know HTTP/2 knows one field of cookies.
                var before = cookies;
                cookies =
                        before == null
                                ? new StringBuilder(value)
                                : before.append("; ").append(value);
                return;
            }
            case "content-length" -> length(value);
            default -> {}
        }
        flat.add(name);
        flat.add(value);
    }

    private void length(String value) throws Http2Exception {
        if (contentLength >= 0
                || value.isEmpty()
                || value.length() > LENGTH_DIGITS_MAX
                || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("the content length is not one number");
        }
        contentLength = Long.parseLong(value);
    }

    private void checkName(String name) throws Http2Exception {
        if (name.isEmpty()) {
            throw malformed("a field has no name");
        }
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            if (!Tokens.isTokenChar(c) || (c >= 'A' && c <= 'Z')) {
                throw malformed("a field's name has a character that none may have");
            }
        }
    }

    private void checkValue(String value) throws Http2Exception {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw malformed("a field has a control character");
            }
        }
        if (!value.isEmpty()
                && (blank(value.charAt(0)) || blank(value.charAt(value.length() - 1)))) {
            throw malformed("a field begins or ends with a blank");
        }
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private Http2Exception malformed(String detail) {
        return new Http2Exception(stream, ErrorCode.PROTOCOL_ERROR, detail);
    }
}
