// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.apps.Routes;
import dev.polyloom.host.apps.Routes.Target;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a request goes: by its host name, else by its path's first segment, else to the root
 * function. Pure functions.
 */
final class Matcher {

    private Matcher() {}

    /**
     * Where a request goes.
     *
     * @param target the function or the error
     * @param rootPath the part of the path that names the function, empty at its own host name
     * @param rawPath the path to tell the function, with the root path in front
     */
    record Match(Target target, String rootPath, String rawPath) {}

    /**
     * Finds it.
     *
     * @param host the value of the request's host header, null when there is none
     * @param path the raw path
     * @return null when nothing answers
     */
    static @Nullable Match match(Routes routes, @Nullable String host, String path) {
        var named = host == null ? "" : label(host);
        if (!named.isEmpty()) {
            var target = routes.find(named);
            if (target != null) {
                return new Match(target, "", path);
            }
        }
        var end = path.indexOf('/', 1);
        var segment = end < 0 ? path.substring(Math.min(1, path.length())) : path.substring(1, end);
        var target = segment.isEmpty() ? null : routes.find(segment);
        if (target != null) {
            return mounted(target, segment, end, path);
        }
        var root = routes.root();
        if (root != null) {
            return new Match(root, "", path);
        }
        var guess = named.isEmpty() ? null : routes.guess(named);
        if (guess != null) {
            return new Match(guess, "", path);
        }
        var guessed = segment.isEmpty() ? null : routes.guess(segment);
        return guessed == null ? null : mounted(guessed, segment, end, path);
    }

    private static Match mounted(Target target, String segment, int end, String path) {
        // Nobody means the absence of a path by `/label`.
        return new Match(target, "/" + segment, end < 0 ? path + "/" : path);
    }

    /** The first piece of a host name that has several, in lower case; else empty. */
    private static String label(String host) {
        var dot = host.indexOf('.');
        if (dot <= 0) {
            return "";
        }
        var first = host.substring(0, dot);
        for (var i = 0; i < dot; i++) {
            var c = first.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return first.toLowerCase(Locale.ROOT);
            }
        }
        return first;
    }
}
