// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import dev.polyloom.bridge.GuestError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object a line, for machines. What is served and that the host is ready stay plain lines,
 * because they are data. Thread-safe.
 */
public final class JsonRenderer implements Renderer {

    private static final double NANOS_PER_MILLI = 1_000_000;

    private final JsonMapper mapper = new JsonMapper();
    private final TextRenderer data = new TextRenderer(false);

    /** Creates a renderer. */
    public JsonRenderer() {}

    @Override
    public void render(Line line, StringBuilder text) {
        switch (line) {
            case Line.Served _, Line.Ready _ -> data.render(line, text);
            case Line.Reloaded(var app, var took) -> {
                var object = event(Line.Level.INFO, "polyloom.host", "reloaded " + app);
                object.put("app", app);
                object.put("duration_ms", took.toNanos() / NANOS_PER_MILLI);
                write(object, text);
            }
            case Line.Removed(var app) -> {
                var object = event(Line.Level.INFO, "polyloom.host", "removed " + app);
                object.put("app", app);
                write(object, text);
            }
            case Line.Broken(var app, var error, var kept) -> {
                var object = event(Line.Level.ERROR, "polyloom.host", error.summary());
                object.put("app", app);
                object.put("kept_last_good", kept);
                error(object, error);
                write(object, text);
            }
            case Line.Guest(var app, var function, var error, var said) -> {
                var level = error ? Line.Level.WARN : Line.Level.INFO;
                var object = event(level, "polyloom.app." + app, said);
                object.put("app", app);
                object.put("function", function);
                object.put("stream", error ? "stderr" : "stdout");
                write(object, text);
            }
            case Line.Progress(var app, var message) -> {
                var object = event(Line.Level.INFO, "polyloom.host", message);
                object.put("app", app);
                write(object, text);
            }
            case Line.Request request -> request(request, text);
            case Line.Failed(var app, var function, var id, var error) -> {
                var object = event(Line.Level.ERROR, "polyloom.app." + app, error.summary());
                object.put("app", app);
                object.put("function", function);
                object.put("request_id", id);
                error(object, error);
                write(object, text);
            }
            case Line.Note(var level, var said) -> write(event(level, "polyloom.host", said), text);
            case Line.Log log -> {
                var object = new LinkedHashMap<String, Object>();
                object.put("ts", log.at().toString());
                object.put("level", log.level().name());
                object.put("logger", log.logger());
                object.put("msg", log.message());
                object.putAll(log.keys());
                log.trace().ifPresent(trace -> object.put("trace", trace));
                write(object, text);
            }
        }
    }

    private void request(Line.Request request, StringBuilder text) {
        var object = new LinkedHashMap<String, Object>();
        object.put("ts", request.at().toString());
        object.put("level", "INFO");
        object.put("logger", "polyloom.access");
        object.put("msg", request.method() + " " + request.path() + " " + request.status());
        object.put("request_id", request.id());
        object.put("label", request.label());
        object.put("client", request.client());
        object.put("method", request.method());
        object.put("path", request.path());
        object.put("status", request.status());
        object.put("duration_ms", request.durationNanos() / NANOS_PER_MILLI);
        object.put("bytes_out", request.bytesOut());
        object.put("outcome", request.outcome());
        write(object, text);
    }

    private static void error(Map<String, Object> object, GuestError error) {
        object.put("error", error.type());
        error.file().ifPresent(file -> object.put("file", file));
        error.line().ifPresent(line -> object.put("line", line));
        if (!error.traceback().isBlank()) {
            object.put("trace", error.traceback());
        }
    }

    private static Map<String, Object> event(Line.Level level, String logger, String message) {
        var object = new LinkedHashMap<String, Object>();
        object.put("ts", Instant.now().toString());
        object.put("level", level.name());
        object.put("logger", logger);
        object.put("msg", message);
        return object;
    }

    private void write(Map<String, Object> object, StringBuilder text) {
        text.append(mapper.writeValueAsString(object)).append('\n');
    }
}
