// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.RateLimit;
import dev.polyloom.bridge.RateLimits;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolConfig.Recycling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code polyloom._discover} says about an app. */
final class ManifestReader {

    /** An app as its source declares it. */
    record AppManifest(String name, List<Entry> functions, List<Path> files) {}

    /** One function with what it needs of its environment, and the port of its own server. */
    record Entry(
            FunctionManifest function,
            List<String> packages,
            List<Path> requirements,
            Map<String, String> environment,
            Optional<ServerPort> server) {}

    /**
     * Where the server of a function listens.
     *
     * @param startTimeout how long it may take to do so once the function has returned
     */
    record ServerPort(int number, Duration startTimeout) {}

    /** A server in Python is a GraalPy of its own, which takes longer to start than CPython. */
    private static final Duration SERVER_START = Duration.ofSeconds(60);

    private static final long BYTES_A_MEBIBYTE = 1 << 20;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ManifestReader() {}

    static AppManifest read(String json) throws GuestFailure {
        JsonNode root = JSON.readTree(json);
        List<Entry> functions = new ArrayList<>();
        for (JsonNode function : root.path("functions")) {
            functions.add(entry(function));
        }
        return new AppManifest(root.path("name").asString(), functions, paths(root.path("files")));
    }

    /** Reads what {@code polyloom._scan} found in a source's text. */
    static SourceScan scan(String json) {
        JsonNode root = JSON.readTree(json);
        return new SourceScan(
                Set.copyOf(strings(root.path("packages"))),
                Set.copyOf(paths(root.path("requirements"))));
    }

    private static Entry entry(JsonNode node) throws GuestFailure {
        JsonNode image = node.path("image");
        Optional<ServerPort> server = server(node.path("server"));
        FunctionManifest function = function(node, server);
        Map<String, String> environment = new LinkedHashMap<>();
        image.path("env").forEachEntry((key, value) -> environment.put(key, value.asString()));
        return new Entry(
                function,
                strings(image.path("packages")),
                paths(image.path("requirements")),
                environment,
                server);
    }

    private static FunctionManifest function(JsonNode node, Optional<ServerPort> server)
            throws GuestFailure {
        String name = node.path("name").asString();
        WebKind kind =
                node.path("kind").isNull()
                        ? WebKind.NONE
                        : WebKind.valueOf(node.path("kind").asString().toUpperCase(Locale.ROOT));
        try {
            return new FunctionManifest(
                    name,
                    kind,
                    text(node.path("label")),
                    strings(node.path("methods")),
                    node.path("docs").asBoolean(false),
                    pool(node.path("pool"), server),
                    strings(node.path("secrets")),
                    rates(node.path("rates")),
                    strings(node.path("warm_up")));
        } catch (IllegalArgumentException e) {
            throw invalid(name, e);
        }
    }

    private static Optional<ServerPort> server(JsonNode node) {
        return node.isObject()
                ? Optional.of(
                        new ServerPort(
                                node.path("port").asInt(),
                                seconds(node, "startup_timeout", SERVER_START)))
                : Optional.empty();
    }

    private static PoolConfig pool(JsonNode node, Optional<ServerPort> server) {
        PoolConfig base = PoolConfig.DEFAULT;
        int maxInputs = integer(node, "max_inputs", base.maxInputs());
        int min = integer(node, "min_containers", base.minReplicas());
        Recycling recycling = recycling(node);
        return new PoolConfig(
                min,
                integer(node, "max_containers", Math.max(min, base.maxReplicas())),
                integer(node, "buffer_containers", base.bufferReplicas()),
                seconds(node, "scaledown_window", base.scaledownWindow()),
                maxInputs,
                integer(node, "target_inputs", maxInputs),
                seconds(node, "timeout", base.timeout()),
                seconds(node, "startup_timeout", base.startTimeout())
                        .plus(server.map(ServerPort::startTimeout).orElse(Duration.ZERO)),
                integer(node, "max_queued", base.maxQueued()),
                seconds(node, "queue_timeout", base.queueTimeout()),
                node.path("single_use").asBoolean(false) || recycling.maxUses() == 1,
                recycling);
    }

    private static Recycling recycling(JsonNode node) {
        if (Stream.of("max_uses", "max_age", "max_heap_growth").noneMatch(node::has)) {
            return Recycling.NEVER;
        }
        return new Recycling(
                integer(node, "max_uses", 0),
                seconds(node, "max_age", Duration.ZERO),
                (long) (node.path("max_heap_growth").asDouble(0) * BYTES_A_MEBIBYTE),
                node.path("recycle_jitter").asDouble(Recycling.USUAL_JITTER));
    }

    private static GuestFailure invalid(String function, IllegalArgumentException e) {
        return new GuestFailure(
                GuestFaults.error(
                        "InvalidError",
                        "function '" + function + "': " + e.getMessage(),
                        null,
                        0,
                        ""),
                e);
    }

    private static RateLimits rates(JsonNode node) {
        return new RateLimits(rate(node.path("all")), rate(node.path("per_client")));
    }

    private static Optional<RateLimit> rate(JsonNode node) {
        if (!node.isArray()) {
            return Optional.empty();
        }
        double perSecond = node.path(0).asDouble();
        JsonNode burst = node.path(1);
        return Optional.of(
                burst.isNumber()
                        ? new RateLimit(perSecond, burst.asLong())
                        : RateLimit.of(perSecond));
    }

    private static int integer(JsonNode node, String key, int otherwise) {
        JsonNode value = node.path(key);
        return value.isNumber() ? value.asInt() : otherwise;
    }

    private static Duration seconds(JsonNode node, String key, Duration otherwise) {
        JsonNode value = node.path(key);
        return value.isNumber() ? Duration.ofNanos((long) (value.asDouble() * 1e9)) : otherwise;
    }

    private static Optional<String> text(JsonNode node) {
        return node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }

    private static List<String> strings(JsonNode node) {
        List<String> values = new ArrayList<>();
        node.forEach(value -> values.add(value.asString()));
        return values;
    }

    private static List<Path> paths(JsonNode node) {
        return strings(node).stream().map(Path::of).toList();
    }
}
