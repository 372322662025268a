// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.isolates.PoolConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A language for tests: each line {@code name: behaviour [argument]} of a {@code .py} file is a
 * function. Behaviours are those of {@link #serve}; a line that is no such pair is a syntax error.
 */
public final class TextRuntime implements AppRuntime, RuntimeProvider {

    /** Loads that went well. */
    public final AtomicInteger loads = new AtomicInteger();

    /** Apps that are loaded and not closed. */
    public final AtomicInteger open = new AtomicInteger();

    /** Isolates that run. */
    public final AtomicInteger running = new AtomicInteger();

    /** How many inputs of functions that are {@code late} an isolate has not begun. */
    public final AtomicInteger notBegun = new AtomicInteger();

    /** How many inputs of functions that {@code wait} have begun. */
    public final AtomicInteger waits = new AtomicInteger();

    /** Releases functions that {@code wait}. */
    public final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    /** Counts down when a client of a function that {@code wait}s went away. */
    public final CountDownLatch clientGone = new CountDownLatch(1);

    @Override
    public Language language() {
        return Language.PYTHON;
    }

    @Override
    public AppRuntime open(HostConfig config) {
        return this;
    }

    @Override
    public void close() {}

    /** How many loads were held up. */
    public final AtomicInteger loadsHeld = new AtomicInteger();

    /** Apps whose load is held up until their latch, by file name. */
    public final Map<String, CountDownLatch> loadGates = new ConcurrentHashMap<>();

    @Override
    public LoadedApp load(AppSource source, AppContext context)
            throws AppLoadException, InterruptedException {
        var gate = loadGates.get(String.valueOf(source.path().getFileName()));
        if (gate != null) {
            loadsHeld.incrementAndGet();
        }
        if (gate != null && !gate.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody opened the gate of " + source);
        }
        var file =
                Files.isDirectory(source.path()) ? source.path().resolve("main.py") : source.path();
        var functions = new ArrayList<FunctionManifest>();
        var behaviours = new ConcurrentHashMap<String, String>();
        var lines = lines(file);
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var colon = line.indexOf(':');
            if (colon < 1) {
                throw new AppLoadException(
                        new GuestError(
                                "SyntaxError",
                                "invalid syntax",
                                Optional.of(file.getFileName().toString()),
                                Optional.of(i + 1),
                                "  File \"" + file.getFileName() + "\", line " + (i + 1)));
            }
            var name = line.substring(0, colon);
            var behaviour = line.substring(colon + 1).strip();
            var label =
                    behaviour.startsWith("label ")
                            ? Optional.of(behaviour.substring("label ".length()))
                            : Optional.<String>empty();
            behaviours.put(name, behaviour);
            functions.add(
                    new FunctionManifest(
                            name,
                            WebKind.WEB_ENDPOINT,
                            label,
                            List.of(),
                            false,
                            pool(behaviour),
                            List.of()));
        }
        loads.incrementAndGet();
        open.incrementAndGet();
        return new TextApp(source, file, functions, behaviours, context);
    }

    /**
     * A function that runs alone has one replica and one input at a time, one that gathers many.
     */
    private static PoolConfig pool(String behaviour) {
        if (behaviour.equals("gather")) {
            return PoolConfig.DEFAULT.withInputs(1_000, 1_000);
        }
        return behaviour.startsWith("alone ")
                ? PoolConfig.DEFAULT.withReplicas(0, 1, 0, Duration.ofSeconds(60))
                : PoolConfig.DEFAULT;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class TextApp implements LoadedApp {

        private final AppSource source;
        private final Path file;
        private final List<FunctionManifest> functions;
        private final Map<String, String> behaviours;
        private final AppContext context;

        TextApp(
                AppSource source,
                Path file,
                List<FunctionManifest> functions,
                Map<String, String> behaviours,
                AppContext context) {
            this.source = source;
            this.file = file;
            this.functions = functions;
            this.behaviours = behaviours;
            this.context = context;
        }

        @Override
        public String name() {
            return source.defaultName();
        }

        @Override
        public List<FunctionManifest> functions() {
            return functions;
        }

        @Override
        public WebIsolate isolate(FunctionManifest function) {
            return new TextIsolate(
                    function.name(), behaviours.getOrDefault(function.name(), ""), context);
        }

        @Override
        public Set<Path> files() {
            return Set.of(file);
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    private final class TextIsolate implements WebIsolate {

        private final String name;
        private final String behaviour;
        private final AppContext context;
        private volatile boolean alive = true;

        TextIsolate(String name, String behaviour, AppContext context) {
            this.name = name;
            this.behaviour = behaviour;
            this.context = context;
        }

        @Override
        public void start() {
            running.incrementAndGet();
        }

        @Override
        public void stop(Duration grace) {
            kill();
        }

        @Override
        public void kill() {
            if (alive) {
                alive = false;
                running.decrementAndGet();
            }
        }

        @Override
        public boolean alive() {
            return alive;
        }

        @Override
        public InputOutcome serve(HttpExchange exchange) throws InterruptedException {
            try {
                return TextRuntime.this.serve(name, behaviour, context, exchange);
            } catch (IOException e) {
                return new InputOutcome.ClientGone();
            }
        }

        @Override
        public InputOutcome serve(WebSocketExchange socket) throws InterruptedException {
            try {
                return TextSockets.serve(behaviour, socket);
            } catch (IOException e) {
                return new InputOutcome.ClientGone();
            }
        }
    }

    private InputOutcome serve(
            String name, String behaviour, AppContext context, HttpExchange exchange)
            throws IOException, InterruptedException {
        var space = behaviour.indexOf(' ');
        var verb = space < 0 ? behaviour : behaviour.substring(0, space);
        var argument = space < 0 ? "" : behaviour.substring(space + 1);
        switch (verb) {
            case "say", "label" -> respond(exchange, argument);
            case "echo", "gather" -> respond(exchange, exchange.body().readAllBytes());
            case "head" -> respond(exchange, describe(exchange));
            case "print" -> {
                context.output(name, false, argument);
                respond(exchange, "printed");
            }
            case "secret" -> respond(exchange, String.valueOf(context.secret(argument)));
            case "stream" -> {
                exchange.start(200, Headers.ofFlat("content-type", "text/plain"));
                for (var piece : argument.split(" ", -1)) {
                    exchange.write(piece.getBytes(StandardCharsets.UTF_8));
                }
                exchange.finish();
            }
            case "hint" -> {
                exchange.earlyHint(Headers.ofFlat("link", argument));
                respond(exchange, "hinted");
            }
            case "trailers" -> {
                exchange.start(200, Headers.ofFlat("trailer", "x-sum"));
                exchange.write(new byte[] {'a'});
                exchange.finish(Headers.ofFlat("x-sum", argument));
            }
            case "inject" -> inject(exchange, argument.translateEscapes());
            case "file" ->
                    exchange.respondFile(200, Headers.ofFlat("etag", "\"1\""), Path.of(argument));
            case "status" ->
                    exchange.respond(Integer.parseInt(argument), Headers.EMPTY, new byte[0]);
            case "headers" ->
                    exchange.respond(
                            200,
                            Headers.ofFlat(
                                    "Set-Cookie", "a=1", "X-Custom", "one", "set-cookie", "b=2"),
                            new byte[] {'h'});
            case "wait", "alone" -> {
                waits.incrementAndGet();
                exchange.onClientGone(clientGone::countDown);
                var gate = gates.computeIfAbsent(argument, _ -> new CountDownLatch(1));
                if (!gate.await(20, TimeUnit.SECONDS)) {
                    return new InputOutcome.TimedOut(Duration.ofSeconds(20));
                }
                respond(exchange, "released " + argument);
            }
            case "raise" -> {
                return failure(argument);
            }
            case "half" -> {
                exchange.start(200, Headers.ofFlat("content-length", "100"));
                exchange.write(new byte[10]);
                return failure("too late");
            }
            case "timeout" -> {
                return new InputOutcome.TimedOut(Duration.ofSeconds(1));
            }
            case "late" -> {
                if (notBegun.getAndIncrement() < Integer.parseInt(argument)) {
                    return new InputOutcome.NotBegun("it was over");
                }
                respond(exchange, exchange.body().readAllBytes());
            }
            case "die" -> {
                return new InputOutcome.IsolateLost("it died");
            }
            case "silent" -> {
                return new InputOutcome.Completed();
            }
            case "crash" -> throw new IllegalStateException("a bug in the host");
            default -> respond(exchange, "unknown behaviour " + behaviour);
        }
        return new InputOutcome.Completed();
    }

    /** Tries to say more than one field, where the first word says. */
    private static void inject(HttpExchange exchange, String argument) throws IOException {
        var space = argument.indexOf(' ');
        var text = argument.substring(space + 1);
        switch (argument.substring(0, space)) {
            case "value" -> exchange.respond(200, Headers.ofFlat("x-a", text), new byte[0]);
            case "name" -> exchange.start(200, Headers.ofFlat(text, "b"));
            case "hint" -> exchange.earlyHint(Headers.ofFlat("link", text));
            case "reason" -> exchange.reason(200, text);
            case "trailer" -> {
                exchange.start(200, Headers.ofFlat("trailer", "x-sum"));
                exchange.write(new byte[] {'a'});
                exchange.finish(Headers.ofFlat("x-sum", text));
            }
            default -> throw new IllegalArgumentException(argument);
        }
    }

    private static InputOutcome failure(String message) {
        return new InputOutcome.AppFailed(
                new GuestError(
                        "ValueError",
                        message,
                        Optional.of("hello.py"),
                        Optional.of(3),
                        "Traceback (most recent call last):\n  File \"hello.py\", line 3"));
    }

    private static String describe(HttpExchange exchange) {
        var head = exchange.head();
        return String.join(
                "|",
                head.method(),
                head.scheme(),
                head.httpVersion(),
                head.rawPath(),
                head.rawQuery(),
                head.rootPath(),
                head.client().map(client -> client.host()).orElse("?"),
                Long.toString(exchange.contentLength()));
    }

    private static void respond(HttpExchange exchange, String text) throws IOException {
        respond(exchange, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(HttpExchange exchange, byte[] body) throws IOException {
        exchange.respond(200, Headers.ofFlat("content-type", "text/plain"), body);
    }
}
