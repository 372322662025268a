// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns problems into answers: JSON as of RFC 9457, or a page for a browser in development.
 * Thread-safe.
 */
final class Problems {

    private static final String TYPE_BASE = "/_polyloom/problems#";

    private final JsonMapper mapper = new JsonMapper();
    private final boolean development;

    Problems(boolean development) {
        this.development = development;
    }

    /** An answer. */
    record Answer(int status, Headers headers, byte[] body) {}

    /** Answers an exchange that has not been answered. */
    void answer(HostExchange exchange, Problem problem) throws IOException {
        var wantsPage = development && accepts(exchange.headers(), "text/html");
        var answer =
                wantsPage
                        ? page(problem, exchange.rawPath(), exchange.requestId())
                        : json(problem, exchange.rawPath(), exchange.requestId());
        exchange.respond(answer.status(), answer.headers(), answer.body());
    }

    /** The answer as JSON. */
    Answer json(Problem problem, String instance, String requestId) {
        var object = new LinkedHashMap<String, Object>();
        object.put("type", TYPE_BASE + problem.kind().slug());
        object.put("title", problem.kind().title());
        object.put("status", problem.kind().status());
        object.put("detail", detail(problem));
        object.put("instance", instance);
        object.put("request_id", requestId);
        if (development && problem.error().isPresent()) {
            var error = problem.error().get();
            object.put("error", error.type());
            error.file().ifPresent(file -> object.put("file", file));
            error.line().ifPresent(line -> object.put("line", line));
            object.put("traceback", error.traceback());
        }
        var body = mapper.writeValueAsBytes(object);
        return new Answer(
                problem.kind().status(), headers(problem, "application/problem+json"), body);
    }

    private Answer page(Problem problem, String instance, String requestId) {
        var error = problem.error();
        var html = new StringBuilder(2_048);
        html.append(
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <style>
                body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f6f7f9;color:#1c2430}
                main{max-width:60rem;margin:3rem auto;padding:0 1.5rem}
                h1{font-size:1.4rem;margin:0 0 .3rem}
                .status{color:#b3261e;font-weight:600}
                pre{background:#14181f;color:#e6e9ef;padding:1rem 1.2rem;border-radius:.5rem;
                overflow:auto;font:13px/1.55 ui-monospace,monospace}
                footer{color:#66707f;font-size:.85rem;margin-top:1.5rem}
                </style>
                """);
        html.append("<title>").append(problem.kind().status()).append(' ');
        escape(html, problem.kind().title());
        html.append("</title></head><body><main><p class=\"status\">");
        html.append(problem.kind().status()).append("</p><h1>");
        escape(html, problem.kind().title());
        html.append("</h1><p>");
        escape(html, detail(problem));
        html.append("</p>");
        error.map(GuestError::traceback)
                .filter(traceback -> !traceback.isBlank())
                .ifPresent(traceback -> {
                    html.append("<pre>");
                    escape(html, traceback);
                    html.append("</pre>");
                });
        html.append("<footer>");
        escape(html, instance);
        html.append(" &middot; request ");
        escape(html, requestId);
        html.append("</footer></main></body></html>\n");
        return new Answer(
                problem.kind().status(),
                headers(problem, "text/html; charset=utf-8"),
                html.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Guest faults are told to the client in development only. */
    private String detail(Problem problem) {
        return development || problem.error().isEmpty()
                ? problem.detail()
                : "the function's code is at fault; its operator finds more in the log";
    }

    private static Headers headers(Problem problem, String contentType) {
        var flat = new ArrayList<String>();
        flat.add("content-type");
        flat.add(contentType);
        flat.add("cache-control");
        flat.add("no-store");
        problem.retryAfter()
                .ifPresent(after -> {
                    flat.add("retry-after");
                    flat.add(Long.toString(Math.max(1, after.plusMillis(999).toSeconds())));
                });
        return Headers.ofFlat(flat.toArray(String[]::new));
    }

    private static boolean accepts(Headers headers, String type) {
        return headers.first("accept")
                .filter(accept -> accept.toLowerCase(Locale.ROOT).contains(type))
                .isPresent();
    }

    private static void escape(StringBuilder html, String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '&' -> html.append("&amp;");
                case '"' -> html.append("&quot;");
                default -> html.append(c);
            }
        }
    }
}
