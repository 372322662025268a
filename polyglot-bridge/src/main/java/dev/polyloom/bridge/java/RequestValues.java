// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.sdk.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one request, each read when it is first asked for. Confined to the thread that
 * serves it.
 */
final class RequestValues {

    private final HttpExchange exchange;
    private final Map<String, String> path;
    private @Nullable Map<String, List<String>> query;
    private @Nullable FormValues form;
    private @Nullable Map<String, List<String>> cookies;

    RequestValues(HttpExchange exchange, Map<String, String> path) {
        this.exchange = exchange;
        this.path = path;
    }

    /** The path of a request below its function's URL, still encoded, beginning with a slash. */
    static String localPath(RequestHead head) {
        String local = head.rawPath().substring(head.rootPath().length());
        return local.isEmpty() ? "/" : local;
    }

    @Nullable String path(String name) {
        return path.get(name);
    }

    Map<String, List<String>> query() {
        if (query == null) {
            query = UrlEncoded.parse(exchange.head().rawQuery());
        }
        return query;
    }

    FormValues form() throws IOException {
        if (form == null) {
            List<String> types = header("content-type");
            form = FormValues.read(types.isEmpty() ? "" : types.getFirst(), body());
        }
        return form;
    }

    Map<String, List<String>> cookies() {
        if (cookies == null) {
            Map<String, List<String>> found = new LinkedHashMap<>();
            for (String header : exchange.head().headers().all("cookie")) {
                for (String pair : header.split(";", -1)) {
                    int equals = pair.indexOf('=');
                    if (equals > 0) {
                        found.computeIfAbsent(
                                        pair.substring(0, equals).strip(), _ -> new ArrayList<>())
                                .add(pair.substring(equals + 1).strip());
                    }
                }
            }
            cookies = found;
        }
        return cookies;
    }

    List<String> header(String name) {
        return exchange.head().headers().all(name);
    }

    byte[] body() throws IOException {
        return exchange.body().readAllBytes();
    }

    /** The request as the SDK shows it. */
    HttpRequest request() {
        return request(exchange.head(), exchange.body());
    }

    /** A request of a head and a body. */
    static HttpRequest request(RequestHead head, InputStream body) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        Headers headers = head.headers();
        for (int i = 0; i < headers.size(); i++) {
            fields.computeIfAbsent(headers.name(i), _ -> new ArrayList<>()).add(headers.value(i));
        }
        return new HttpRequest(
                head.method(),
                UrlEncoded.decode(localPath(head).replace("+", "%2B")),
                UrlEncoded.parse(head.rawQuery()),
                fields,
                head.client().map(RequestHead.Endpoint::host).orElse(""),
                body);
    }
}
