// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import dev.polyloom.bridge.GuestError;
import java.time.Duration;

/** Lines for a person. Colours only where the caller says that there is a terminal. Immutable. */
public final class TextRenderer implements Renderer {

    private static final String RESET = "\u001b[0m";
    private static final String[] FUNCTION_COLOURS = {
        "\u001b[36m", "\u001b[35m", "\u001b[34m", "\u001b[33m", "\u001b[32m", "\u001b[96m"
    };
    private static final int LABEL_WIDTH = 32;
    private static final int KIND_WIDTH = 12;
    private static final int METHOD_WIDTH = 6;

    private final boolean colours;

    /**
     * Creates a renderer.
     *
     * @param colours whether to colour
     */
    public TextRenderer(boolean colours) {
        this.colours = colours;
    }

    private enum Colour {
        RED("\u001b[31m"),
        GREEN("\u001b[32m"),
        YELLOW("\u001b[33m"),
        CYAN("\u001b[36m"),
        DIM("\u001b[2m"),
        BOLD("\u001b[1m");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    @Override
    public void render(Line line, StringBuilder text) {
        switch (line) {
            case Line.Served(var label, var kind, var url) -> {
                padded(text, label, LABEL_WIDTH);
                text.append("  ");
                padded(text, kind, KIND_WIDTH);
                text.append("  ");
                coloured(text, Colour.CYAN, url);
            }
            case Line.Ready(var url) -> {
                coloured(text, Colour.GREEN, "ready");
                text.append(' ').append(url);
            }
            case Line.Reloaded(var app, var took) -> {
                coloured(text, Colour.GREEN, "reloaded");
                text.append(' ').append(app).append(" in ").append(time(took));
            }
            case Line.Removed(var app) -> {
                coloured(text, Colour.YELLOW, "removed");
                text.append(' ').append(app);
            }
            case Line.Broken broken -> broken(text, broken);
            case Line.Guest(var app, var function, var error, var said) -> {
                prefix(text, app, function);
                if (error) {
                    coloured(text, Colour.YELLOW, said);
                } else {
                    text.append(visible(said));
                }
            }
            case Line.Progress(var app, var message) -> {
                coloured(text, Colour.DIM, app + ": " + message);
            }
            case Line.Request request -> request(text, request);
            case Line.Failed(var app, var function, var id, var error) -> {
                prefix(text, app, function);
                coloured(text, Colour.RED, error.summary());
                text.append(" (request ").append(id).append(')');
                traceback(text, error);
            }
            case Line.Note(var level, var said) -> {
                level(text, level);
                text.append(said);
            }
            case Line.Log log -> log(text, log);
        }
        text.append('\n');
    }

    private void broken(StringBuilder text, Line.Broken broken) {
        coloured(text, Colour.RED, "error");
        text.append(' ').append(visible(broken.error().summary()));
        traceback(text, broken.error());
        if (broken.keptLastGood()) {
            text.append("\n  ").append(broken.app()).append(" keeps serving its last good version");
        }
    }

    private void request(StringBuilder text, Line.Request request) {
        padded(text, request.method(), METHOD_WIDTH);
        text.append(' ').append(visible(request.path())).append(' ');
        var status = request.status();
        if (status == 0) {
            coloured(text, Colour.YELLOW, "client gone");
        } else {
            var colour =
                    status < 300
                            ? Colour.GREEN
                            : status < 400
                                    ? Colour.CYAN
                                    : status < 500 ? Colour.YELLOW : Colour.RED;
            coloured(text, colour, Integer.toString(status));
        }
        text.append(' ');
        coloured(text, Colour.DIM, time(Duration.ofNanos(request.durationNanos())));
        if (!request.label().isEmpty()) {
            text.append(' ');
            coloured(text, Colour.DIM, request.label());
        }
    }

    private void log(StringBuilder text, Line.Log log) {
        level(text, log.level());
        text.append(log.message());
        var id = log.keys().get("request_id");
        if (id != null) {
            text.append(" (request ").append(id).append(')');
        }
        log.trace().ifPresent(trace -> text.append('\n').append(trace.stripTrailing()));
    }

    private void level(StringBuilder text, Line.Level level) {
        switch (level) {
            case DEBUG -> coloured(text, Colour.DIM, "debug ");
            case INFO -> {}
            case WARN -> coloured(text, Colour.YELLOW, "warning ");
            case ERROR -> coloured(text, Colour.RED, "error ");
        }
    }

    private void traceback(StringBuilder text, GuestError error) {
        if (!error.traceback().isBlank()) {
            for (var line : error.traceback().stripTrailing().split("\n", -1)) {
                text.append("\n  ");
                coloured(text, Colour.DIM, line);
            }
        }
    }

    private void prefix(StringBuilder text, String app, String function) {
        var name = function.isEmpty() || function.equals(app) ? app : app + "/" + function;
        if (colours) {
            var index = Math.floorMod(name.hashCode(), FUNCTION_COLOURS.length);
            text.append(FUNCTION_COLOURS[index]).append('[').append(name).append(']').append(RESET);
        } else {
            text.append('[').append(name).append(']');
        }
        text.append(' ');
    }

    private void coloured(StringBuilder text, Colour colour, String said) {
        if (colours) {
            text.append(colour.code).append(visible(said)).append(RESET);
        } else {
            text.append(visible(said));
        }
    }

    private static void padded(StringBuilder text, String said, int width) {
        text.append(said);
        for (var i = said.length(); i < width; i++) {
            text.append(' ');
        }
    }

    /** Replaces control characters, so that neither guests nor clients drive the terminal. */
    private static String visible(String said) {
        for (var i = 0; i < said.length(); i++) {
            var c = said.charAt(i);
            if (control(c)) {
                return replaced(said);
            }
        }
        return said;
    }

    private static boolean control(char c) {
        return c < ' ' ? c != '\t' : c >= 0x7f && c < 0xa0;
    }

    private static String replaced(String said) {
        var clean = new StringBuilder(said.length());
        for (var i = 0; i < said.length(); i++) {
            var c = said.charAt(i);
            clean.append(control(c) ? '\ufffd' : c);
        }
        return clean.toString();
    }

    /** A time with three digits or so: {@code 850 us}, {@code 12.3 ms}, {@code 4.2 s}. */
    static String time(Duration took) {
        var micros = took.toNanos() / 1_000;
        if (micros < 1_000) {
            return micros + " us";
        }
        if (micros < 100_000) {
            return tenths(micros / 100) + " ms";
        }
        if (micros < 1_000_000) {
            return micros / 1_000 + " ms";
        }
        return tenths(micros / 100_000) + " s";
    }

    private static String tenths(long tenths) {
        return tenths / 10 + "." + tenths % 10;
    }
}
