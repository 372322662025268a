// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.server.Problem.Kind;
import java.util.Locale;

/**
 * The target of an HTTP/1 request in whatever form it came (RFC 9112, section 3.2). Immutable.
 *
 * @param rawPath the path, percent-encoded; {@code *} when the whole server is meant
 * @param rawQuery the query without its question mark
 * @param authority the host that the target names, empty when it names none
 */
record Http1Target(String rawPath, String rawQuery, String authority) {

    /** Reads a target. A fragment, which none should have, is not part of it. */
    static Http1Target parse(String method, String target) throws RefusedException {
        var hash = target.indexOf('#');
        var whole = hash < 0 ? target : target.substring(0, hash);
        if (whole.startsWith("/")) {
            return of(whole, "");
        }
        if (method.equals("CONNECT")) {
            throw new RefusedException(
                    Kind.METHOD_NOT_ALLOWED, "this host does not tunnel to others");
        }
        if (whole.equals("*") && method.equals("OPTIONS")) {
            return new Http1Target(whole, "", "");
        }
        var scheme = whole.indexOf("://");
        if (scheme > 0) {
            var name = whole.substring(0, scheme).toLowerCase(Locale.ROOT);
            if (name.equals("http") || name.equals("https")) {
                return absolute(whole, scheme + 3);
            }
        }
        throw malformed("the request's target is of no known form");
    }

    private static Http1Target absolute(String target, int start) throws RefusedException {
        var end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        if (end == start) {
            throw malformed("the request's target has no host");
        }
        var authority = target.substring(start, end);
        var rest = target.substring(end);
        return of(rest.startsWith("/") ? rest : "/" + rest, authority);
    }

    private static Http1Target of(String path, String authority) {
        var question = path.indexOf('?');
        return question < 0
                ? new Http1Target(path, "", authority)
                : new Http1Target(
                        path.substring(0, question), path.substring(question + 1), authority);
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Kind.MALFORMED_REQUEST, detail);
    }
}
