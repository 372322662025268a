// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recorded load: when inputs came, to which function, and how long each took. Immutable.
 *
 * <p>Its file has a line for each input, {@code SECONDS FUNCTION MILLISECONDS}: the time since the
 * first, the function's label, and the input's own time. Empty lines and those that start with
 * {@code #} say nothing.
 *
 * @param inputs in the order of their times
 */
public record Trace(List<Input> inputs) {

    private static final Pattern LINE =
            Pattern.compile(
                    "(\\d{1,9}(?:\\.\\d{1,9})?)\\s+(\\S{1,255})\\s+(\\d{1,9}(?:\\.\\d{1,9})?)");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** One input. */
    public record Input(double second, String function, double millis) {

        Arrival arrival() {
            return new Arrival(
                    (long) (second * NANOS_PER_SECOND), (long) (millis * NANOS_PER_MILLI));
        }
    }

    /** Puts the inputs into order. */
    public Trace {
        inputs = inputs.stream().sorted(Comparator.comparingDouble(Input::second)).toList();
    }

    /**
     * Reads a trace's file.
     *
     * @throws IOException when it cannot be read or a line is not as described
     */
    public static Trace read(Path file) throws IOException {
        List<Input> inputs = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            Matcher fields = LINE.matcher(text);
            if (!fields.matches()) {
                throw new IOException(
                        file + ", line " + number + ": must be SECONDS FUNCTION MILLISECONDS");
            }
            inputs.add(
                    new Input(
                            Double.parseDouble(fields.group(1)),
                            fields.group(2),
                            Double.parseDouble(fields.group(3))));
        }
        return new Trace(inputs);
    }

    /**
     * Takes the load from the host's log in its JSON format; lines that are no requests to
     * functions are passed over.
     */
    public static Trace ofAccessLog(Path log) throws IOException {
        record Ended(Instant arrived, String label, double millis) {}
        List<Ended> all = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            JsonNode entry = json(line);
            if (entry == null
                    || !entry.path("logger").asString("").equals("polyloom.access")
                    || entry.path("label").asString("").length() < 2) {
                continue;
            }
            try {
                double millis = entry.path("duration_ms").asDouble(0);
                Instant ended = Instant.parse(entry.path("ts").asString(""));
                all.add(
                        new Ended(
                                ended.minusNanos((long) (millis * NANOS_PER_MILLI)),
                                entry.path("label").asString(""),
                                millis));
            } catch (DateTimeParseException e) {
                throw new IOException(log + ": not a time: " + e.getParsedString(), e);
            }
        }
        Instant first =
                all.stream()
                        .map(Ended::arrived)
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH);
        return new Trace(
                all.stream()
                        .map(one ->
                                new Input(
                                        Duration.between(first, one.arrived()).toNanos()
                                                / NANOS_PER_SECOND,
                                        one.label(),
                                        one.millis()))
                        .toList());
    }

    private static @Nullable JsonNode json(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            return JsonMapper.shared().readTree(line);
        } catch (JacksonException _) {
            return null;
        }
    }

    /** The text of its file. */
    public String text() {
        return inputs.stream()
                .map(input ->
                        String.format(
                                Locale.ROOT,
                                "%.6f %s %.3f\n",
                                input.second(),
                                input.function(),
                                input.millis()))
                .collect(Collectors.joining("", "# SECONDS FUNCTION MILLISECONDS\n", ""));
    }

    /** The arrivals at each function. */
    List<List<Arrival>> byFunction() {
        Map<String, List<Arrival>> functions = new LinkedHashMap<>();
        for (Input input : inputs) {
            functions
                    .computeIfAbsent(input.function(), _ -> new ArrayList<>())
                    .add(input.arrival());
        }
        return List.copyOf(functions.values());
    }

    /** From the first input to the end of the last. */
    double seconds() {
        return inputs.stream()
                .mapToDouble(input -> input.second() + input.millis() / 1_000)
                .max()
                .orElse(0);
    }
}
