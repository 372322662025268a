// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.sdk.HttpError;
import dev.polyloom.sdk.HttpResponse;
import dev.polyloom.sdk.HttpResponse.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends what a function returned. Immutable. */
final class Answers {

    private static final int PIECE_BYTES = 65_536;
    private static final Headers JSON = Headers.ofFlat("content-type", "application/json");
    private static final Headers TEXT = Headers.ofFlat("content-type", "text/plain; charset=utf-8");
    private static final Headers BYTES = Headers.ofFlat("content-type", "application/octet-stream");

    private final JsonMapper json;

    Answers(JsonMapper json) {
        this.json = json;
    }

    /** Sends a return value by its type. */
    void send(HttpExchange exchange, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> exchange.respond(200, JSON, "null".getBytes(StandardCharsets.UTF_8));
            case HttpResponse response -> send(exchange, response);
            case String text -> exchange.respond(200, TEXT, text.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes -> exchange.respond(200, BYTES, bytes);
            case InputStream stream -> stream(exchange, 200, BYTES, stream);
            case Stream<?> lines -> lines(exchange, lines);
            default -> exchange.respond(200, JSON, json.writeValueAsBytes(value));
        }
    }

    private void send(HttpExchange exchange, HttpResponse response) throws IOException {
        List<String> flat = new ArrayList<>();
        response.headers()
                .forEach((name, value) -> {
                    flat.add(name);
                    flat.add(value);
                });
        Headers headers = Headers.ofFlat(flat.toArray(String[]::new));
        switch (response.body()) {
            case Body.Bytes(byte[] bytes) -> exchange.respond(response.status(), headers, bytes);
            case Body.Json(Object value) ->
                    exchange.respond(response.status(), headers, json.writeValueAsBytes(value));
            case Body.Stream(InputStream stream) ->
                    stream(exchange, response.status(), headers, stream);
        }
    }

    private static void stream(
            HttpExchange exchange, int status, Headers headers, InputStream stream)
            throws IOException {
        try (stream) {
            exchange.start(status, headers);
            byte[] piece = new byte[PIECE_BYTES];
            for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                exchange.write(Arrays.copyOf(piece, count));
            }
            exchange.finish();
        }
    }

    private static void lines(HttpExchange exchange, Stream<?> lines) throws IOException {
        try (lines) {
            exchange.start(200, TEXT);
            Iterator<?> pieces = lines.iterator();
            while (pieces.hasNext()) {
                exchange.write(String.valueOf(pieces.next()).getBytes(StandardCharsets.UTF_8));
            }
            exchange.finish();
        }
    }

    void notFound(HttpExchange exchange) throws IOException {
        detail(exchange, 404, "Not Found", Map.of());
    }

    void wrongMethod(HttpExchange exchange, String allowed) throws IOException {
        detail(exchange, 405, "Method Not Allowed", Map.of("allow", allowed));
    }

    void error(HttpExchange exchange, HttpError error) throws IOException {
        detail(exchange, error.status(), String.valueOf(error.getMessage()), error.headers());
    }

    void unfit(HttpExchange exchange, BadRequestException error) throws IOException {
        List<Map<String, @Nullable Object>> errors =
                error.errors().stream().map(FieldError::toJson).toList();
        exchange.respond(422, JSON, json.writeValueAsBytes(Map.of("detail", errors)));
    }

    private void detail(
            HttpExchange exchange, int status, String detail, Map<String, String> headers)
            throws IOException {
        List<String> flat = new ArrayList<>(List.of("content-type", "application/json"));
        headers.forEach((name, value) -> {
            flat.add(name);
            flat.add(value);
        });
        exchange.respond(
                status,
                Headers.ofFlat(flat.toArray(String[]::new)),
                json.writeValueAsBytes(Map.of("detail", detail)));
    }
}
