// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response. Immutable but for its stream, which is read once and then closed.
 *
 * @param status 200 to 599
 * @param headers header fields in order
 * @param body what is sent
 */
public record HttpResponse(int status, Map<String, String> headers, Body body) {

    /** The body of a response. */
    public sealed interface Body {

        /** All of it. */
        record Bytes(byte[] bytes) implements Body {}

        /** Sent as it is read. */
        record Stream(InputStream stream) implements Body {}

        /** An object to be sent as JSON. */
        record Json(Object value) implements Body {}
    }

    /** Copies the header fields. */
    public HttpResponse {
        headers = Map.copyOf(headers);
    }

    /** Plain text with status 200. */
    public static HttpResponse text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A page with status 200. */
    public static HttpResponse html(String html) {
        return of("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /** An object as JSON with status 200. */
    public static HttpResponse json(Object value) {
        return new HttpResponse(
                200, Map.of("content-type", "application/json"), new Body.Json(value));
    }

    /** Bytes of a media type with status 200. */
    public static HttpResponse of(String contentType, byte[] bytes) {
        return new HttpResponse(200, Map.of("content-type", contentType), new Body.Bytes(bytes));
    }

    /** A stream of a media type with status 200, sent as it is read. */
    public static HttpResponse stream(String contentType, InputStream stream) {
        return new HttpResponse(200, Map.of("content-type", contentType), new Body.Stream(stream));
    }

    /** No body, with a status. */
    public static HttpResponse empty(int status) {
        return new HttpResponse(status, Map.of(), new Body.Bytes(new byte[0]));
    }

    /** This with another status. */
    public HttpResponse status(int other) {
        return new HttpResponse(other, headers, body);
    }

    /** This with a header field set. */
    public HttpResponse header(String name, String value) {
        var changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new HttpResponse(status, changed, body);
    }
}
