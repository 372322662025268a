// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.RequestHead;
import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.host.apps.Routes;
import dev.polyloom.host.apps.Routes.Target;
import dev.polyloom.host.apps.ServedFunction;
import dev.polyloom.host.server.Problem.Kind;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.isolates.Admission;
import dev.polyloom.isolates.Lease;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request from its head to its end: route, admission, replica, outcome. Thread-safe;
 * each request stays on its own virtual thread.
 */
final class Dispatcher {

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final int SWAPS_MAX = 8;
    private static final int LOSSES_MAX = 3;
    private static final Duration LOAD_WAIT = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Supplier<Routes> routes;
    private final Assets assets;
    private final Problems problems;
    private final Proxies proxies;
    private final RateGate rates;
    private final Terminal terminal;
    private final ServerConfig config;
    private final ServerObserver observer;
    private final LongAdder inFlight = new LongAdder();

    Dispatcher(
            Supplier<Routes> routes,
            Terminal terminal,
            ServerConfig config,
            ServerObserver observer) {
        this.routes = routes;
        this.terminal = terminal;
        this.config = config;
        this.observer = observer;
        this.problems = new Problems(config.development());
        this.proxies = new Proxies(config.trustedProxies());
        this.rates = new RateGate(problems, observer);
        this.assets = new Assets();
    }

    Problems problems() {
        return problems;
    }

    /** How a request went, for the log and the metrics. */
    enum Outcome {
        OK("ok"),
        APP_ERROR("app_error"),
        TIMEOUT("timeout"),
        REJECTED("rejected"),
        LOST("lost"),
        CANCELLED("cancelled"),
        HOST("host");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Serves one request to its end. Never throws for what a client or a guest does. */
    void handle(HostExchange exchange) {
        handle(exchange, null);
    }

    /**
     * Serves one request, or the WebSocket that it opens, to its end.
     *
     * @param socket the WebSocket, null when it is a plain request
     */
    void handle(HostExchange exchange, @Nullable WebSocketConnection socket) {
        inFlight.increment();
        try {
            dispatch(exchange, socket);
        } finally {
            inFlight.decrement();
        }
    }

    /** How many requests and WebSockets are being served. */
    long inFlight() {
        return inFlight.sum();
    }

    private void dispatch(HostExchange exchange, @Nullable WebSocketConnection socket) {
        exchange.requestId(RequestIds.of(exchange.headers().first(RequestIds.HEADER).orElse(null)));
        ServedFunction function = null;
        var outcome = Outcome.HOST;
        try {
            var path = exchange.rawPath();
            if (Assets.owns(path)) {
                assets.answer(exchange, problems);
            } else {
                var host = exchange.headers().first("host").orElse(null);
                var match = match(host, path);
                if (match == null) {
                    nowhere(exchange);
                } else {
                    exchange.route(head(exchange, match, socket != null));
                    switch (match.target()) {
                        case Target.Broken(var _, var error) ->
                                problems.answer(exchange, Problem.of(Kind.APP_BROKEN, error));
                        case Target.Function(var found) -> {
                            function = found;
                            outcome =
                                    rates.admits(exchange, found)
                                            ? serve(exchange, socket, found, host, path)
                                            : Outcome.REJECTED;
                        }
                    }
                }
            }
        } catch (IOException e) {
            outcome = Outcome.CANCELLED;
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
            exchange.abort();
        } catch (InterruptedException _) {
            outcome = Outcome.CANCELLED;
            stopping(exchange);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "request " + exchange.requestId() + " failed", e);
            failed(exchange, Problem.of(Kind.HOST_FAILED, "see the host's log"));
        } finally {
            if (exchange.response.unfinished()) {
                exchange.abort();
            }
            ended(exchange, function, outcome);
        }
    }

    /** Where a request leads; one that nothing answers yet waits for the apps that still load. */
    private Matcher.@Nullable Match match(@Nullable String host, String path)
            throws InterruptedException {
        var deadline = System.nanoTime() + LOAD_WAIT.toNanos();
        while (true) {
            var table = routes.get();
            var match = Matcher.match(table, host, path);
            var left = Duration.ofNanos(deadline - System.nanoTime());
            if (match != null || !table.incomplete() || !table.awaitReplaced(left)) {
                return match;
            }
        }
    }

    private RequestHead head(HostExchange exchange, Matcher.Match match, boolean socket) {
        var peer = exchange.peer();
        return new RequestHead(
                exchange.requestId(),
                exchange.method(),
                proxies.scheme(
                        peer,
                        exchange.headers(),
                        socket ? Proxies.socketScheme(exchange.scheme()) : exchange.scheme()),
                exchange.httpVersion(),
                match.rawPath(),
                exchange.rawQuery(),
                match.rootPath(),
                exchange.headers(),
                Optional.of(proxies.client(peer, exchange.headers())),
                exchange.local());
    }

    private void nowhere(HostExchange exchange) throws IOException {
        var table = routes.get();
        if (table.incomplete()) {
            var problem = Problem.later(Kind.STARTING, "apps are still being loaded", SOON);
            problems.answer(exchange, problem);
            return;
        }
        var labels = table.labels();
        var detail =
                labels.isEmpty()
                        ? "nothing is served"
                        : "no function has this label"
                                + (config.development()
                                        ? "; there are " + String.join(", ", labels)
                                        : "");
        problems.answer(exchange, Problem.of(Kind.UNKNOWN_LABEL, detail));
    }

    // Admission

    private Outcome serve(
            HostExchange exchange,
            @Nullable WebSocketConnection socket,
            ServedFunction function,
            @Nullable String host,
            String path)
            throws IOException, InterruptedException {
        var codings =
                config.transport().compression() ? ContentCodings.of(exchange.headers()) : null;
        if (codings == null) {
            return serve(exchange, exchange, socket, function, host, path);
        }
        try (var compressing = new CompressingExchange(exchange, codings)) {
            return serve(exchange, compressing, socket, function, host, path);
        }
    }

    /**
     * Gets a lease and runs the input. A generation that ends between the look at the table and the
     * lease refuses; the next look finds its successor. An input whose isolate ends before any of
     * its code has run goes to another.
     */
    private Outcome serve(
            HostExchange exchange,
            HttpExchange served,
            @Nullable WebSocketConnection socket,
            ServedFunction first,
            @Nullable String host,
            String path)
            throws IOException, InterruptedException {
        var function = first;
        var swaps = 0;
        var losses = 0;
        while (true) {
            var attempt = new Attempt(served, socket == null);
            switch (function.pool().acquire(exchange::onClientGone, attempt)) {
                case Admission.Admitted<WebIsolate>(var lease) -> {
                    var outcome =
                            socket == null
                                    ? run(exchange, attempt, lease)
                                    : run(socket, function, lease);
                    if (!(outcome instanceof InputOutcome.NotBegun) || losses == LOSSES_MAX) {
                        return conclude(exchange, socket, function, outcome);
                    }
                    losses++;
                }
                case Admission.Rejected<WebIsolate> rejected -> {
                    var reason = rejected.reason();
                    if (reason == Admission.Reason.CLOSED && swaps < SWAPS_MAX) {
                        swaps++;
                        var successor = successor(exchange, host, path);
                        if (successor == null) {
                            return Outcome.HOST;
                        }
                        if (!successor.equals(function)) {
                            function = successor;
                            continue;
                        }
                    }
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "request " + exchange.requestId() + " refused: " + rejected.detail());
                    if (reason == Admission.Reason.ABANDONED) {
                        exchange.abort();
                        return Outcome.CANCELLED;
                    }
                    problems.answer(exchange, Refusals.problem(rejected));
                    return Outcome.REJECTED;
                }
            }
        }
    }

    /**
     * Who serves now what a function that has ended served, which may still be that one. Null when
     * nobody does: then the exchange has been told why.
     */
    private @Nullable ServedFunction successor(
            HostExchange exchange, @Nullable String host, String path) throws IOException {
        var match = Matcher.match(routes.get(), host, path);
        if (match == null) {
            nowhere(exchange);
            return null;
        }
        return switch (match.target()) {
            case Target.Function(var found) -> found;
            case Target.Broken(var _, var error) -> {
                problems.answer(exchange, Problem.of(Kind.APP_BROKEN, error));
                yield null;
            }
        };
    }

    private InputOutcome run(HostExchange exchange, Attempt attempt, Lease<WebIsolate> lease)
            throws InterruptedException {
        try (lease) {
            if (config.development()) {
                var starting = lease.starting().toNanos();
                var queued = lease.queued().toNanos() - starting;
                exchange.timing(
                        new HostExchange.Timing(queued, starting, lease.cold(), System.nanoTime()));
            }
            return told(lease, attempt.serve(lease));
        }
    }

    /** Has the replica replaced when its isolate has ended. */
    private static InputOutcome told(Lease<WebIsolate> lease, InputOutcome outcome) {
        switch (outcome) {
            case InputOutcome.IsolateLost(var cause) -> lease.invalidate(cause);
            case InputOutcome.NotBegun(var cause) -> lease.invalidate(cause);
            default -> {}
        }
        return outcome;
    }

    private InputOutcome run(
            WebSocketConnection socket, ServedFunction function, Lease<WebIsolate> lease)
            throws InterruptedException {
        Runnable leave = () -> socket.goAway(WsFrames.RESTART, "the app was reloaded");
        function.generation().onRetire(leave);
        try (lease) {
            return told(lease, lease.isolate().serve(socket));
        } finally {
            function.generation().cancelOnRetire(leave);
        }
    }

    private static void finish(WebSocketConnection socket, InputOutcome outcome)
            throws InterruptedException {
        switch (outcome) {
            case InputOutcome.Completed(), InputOutcome.ClientGone() ->
                    socket.finish(WsFrames.NORMAL, "");
            case InputOutcome.AppFailed _,
                    InputOutcome.TimedOut _,
                    InputOutcome.IsolateLost _,
                    InputOutcome.NotBegun _ ->
                    socket.finish(WsFrames.SERVER_ERROR, "the function failed");
        }
    }

    private Outcome conclude(
            HostExchange exchange,
            @Nullable WebSocketConnection socket,
            ServedFunction function,
            InputOutcome outcome)
            throws IOException, InterruptedException {
        if (socket != null) {
            finish(socket, outcome);
        }
        var fault = exchange.requestFault();
        if (fault != null && !exchange.started()) {
            problems.answer(exchange, fault);
            return Outcome.REJECTED;
        }
        return switch (outcome) {
            case InputOutcome.Completed() -> {
                if (!exchange.started()) {
                    var detail = "the function ended without a response";
                    problems.answer(exchange, Problem.of(Kind.APP_FAILED, detail));
                    yield Outcome.APP_ERROR;
                }
                yield Outcome.OK;
            }
            case InputOutcome.AppFailed(var error) -> {
                tell(exchange, function, error);
                failed(exchange, Problem.of(Kind.APP_FAILED, error));
                yield Outcome.APP_ERROR;
            }
            case InputOutcome.TimedOut(var timeout) -> {
                var detail = "the function did not end within " + timeout.toMillis() + " ms";
                failed(exchange, Problem.of(Kind.TIMEOUT, detail));
                yield Outcome.TIMEOUT;
            }
            case InputOutcome.IsolateLost(var cause) -> lost(exchange, function, cause);
            case InputOutcome.NotBegun(var cause) -> lost(exchange, function, cause);
            case InputOutcome.ClientGone() -> Outcome.CANCELLED;
        };
    }

    private Outcome lost(HostExchange exchange, ServedFunction function, String cause) {
        LOG.log(System.Logger.Level.WARNING, () -> function.label() + " lost an isolate: " + cause);
        failed(exchange, Problem.of(Kind.ISOLATE_LOST, "the isolate ended: " + cause));
        return Outcome.LOST;
    }

    private void tell(HostExchange exchange, ServedFunction function, GuestError error) {
        terminal.show(
                new Line.Failed(
                        function.app(), function.manifest().name(), exchange.requestId(), error));
    }

    /** Answers with a problem if there is still time for it; cuts the response otherwise. */
    private void failed(HostExchange exchange, Problem problem) {
        try {
            if (exchange.started()) {
                exchange.abort();
            } else {
                problems.answer(exchange, problem);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
            exchange.abort();
        }
    }

    /**
     * A request was refused before it came here.
     *
     * @param method what was asked, "-" when the bytes did not make a request
     * @param path likewise
     */
    void refused(Endpoint peer, String method, String path, int status, String requestId) {
        if (config.accessLog()) {
            terminal.show(
                    new Line.Request(
                            Instant.now(),
                            requestId,
                            "",
                            peer.host(),
                            method,
                            path,
                            status,
                            0,
                            0,
                            Outcome.HOST.word()));
        }
    }

    private void stopping(HostExchange exchange) {
        failed(exchange, Problem.later(Kind.STOPPING, "try again later", SOON));
    }

    private void ended(HostExchange exchange, @Nullable ServedFunction function, Outcome outcome) {
        var nanos = System.nanoTime() - exchange.beganNanos();
        if (function != null) {
            observer.inputEnded(function.app(), function.manifest().name(), outcome.word(), nanos);
        }
        if (config.accessLog()) {
            terminal.show(
                    new Line.Request(
                            Instant.now(),
                            exchange.requestId(),
                            function == null ? "" : function.label(),
                            exchange.peer().host(),
                            exchange.method(),
                            exchange.rawPath(),
                            exchange.response.status(),
                            nanos,
                            exchange.response.bytesOut(),
                            outcome.word()));
        }
    }
}
