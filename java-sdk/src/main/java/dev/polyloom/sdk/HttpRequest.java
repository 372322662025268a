// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request. Its body can be read once.
 *
 * @param method upper case
 * @param path decoded, below the function's URL, beginning with a slash
 * @param query decoded parameters in order, each with all its values
 * @param headers names in lower case, each with all its values
 * @param client the address of the client
 * @param body read from the client as it is asked for
 */
public record HttpRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        String client,
        InputStream body) {

    /** The first value of a query parameter. */
    public Optional<String> query(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The first value of a header field, its name in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
