// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

/**
 * The request that an application is sent, over and over. Immutable.
 *
 * @param method such as {@code GET}
 * @param path with its query, from the root
 * @param contentType of the body; empty without one
 * @param body empty without one
 */
public record Request(String method, String path, String contentType, String body) {

    /** A request without a body. */
    public static Request get(String path) {
        return new Request("GET", path, "", "");
    }

    /** A request with a body. */
    static Request post(String path, String contentType, String body) {
        return new Request("POST", path, contentType, body);
    }

    /** Whether it is more than a plain GET. */
    public boolean needsScript() {
        return !method.equals("GET") || !body.isEmpty();
    }
}
