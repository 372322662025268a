// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolStats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * How functions scale, as JSON by the names of the Python API: for guest code and for the admin
 * API. Pure functions.
 */
public final class ControlJson {

    private static final String MIN = "min_containers";
    private static final String MAX = "max_containers";
    private static final String BUFFER = "buffer_containers";
    private static final String WINDOW = "scaledown_window";
    private static final Set<String> KNOWN = Set.of(MIN, MAX, BUFFER, WINDOW);
    private static final int WINDOW_SECONDS_MAX = 86_400;
    private static final double NANOS_PER_SECOND = 1e9;

    private ControlJson() {}

    /**
     * Reads a change by the names of the Python API; null says the same as nothing.
     *
     * @throws IllegalArgumentException when it is no such object, with a sentence about it
     */
    public static AutoscalerChange change(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("the settings must be a JSON object");
        }
        for (var name : json.propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "unknown setting '"
                                + name
                                + "'; there are "
                                + String.join(", ", KNOWN.stream().sorted().toList()));
            }
        }
        return new AutoscalerChange(
                number(json, MIN), number(json, MAX), number(json, BUFFER), window(json));
    }

    private static OptionalInt number(JsonNode json, String name) {
        var value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IllegalArgumentException(name + " must be an integer");
        }
        return OptionalInt.of(value.asInt());
    }

    private static Optional<Duration> window(JsonNode json) {
        var value = json.path(WINDOW);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        var seconds = value.isNumber() ? value.asDouble() : -1;
        if (!(seconds >= 0 && seconds <= WINDOW_SECONDS_MAX)) {
            throw new IllegalArgumentException(
                    WINDOW + " must be a number of seconds from 0 to " + WINDOW_SECONDS_MAX);
        }
        return Optional.of(Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)));
    }

    /** The settings that a change may be about. */
    public static Map<String, Object> settings(PoolConfig settings) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put(MIN, settings.minReplicas());
        shown.put(MAX, settings.maxReplicas());
        shown.put(BUFFER, settings.bufferReplicas());
        shown.put(WINDOW, settings.scaledownWindow().toNanos() / NANOS_PER_SECOND);
        return shown;
    }

    /** The statistics. */
    public static Map<String, Object> stats(PoolStats stats) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("backlog", stats.backlog());
        shown.put("num_total_runners", stats.totalRunners());
        shown.put("num_running_inputs", stats.runningInputs());
        shown.put("input_headroom", stats.inputHeadroom());
        return shown;
    }
}
