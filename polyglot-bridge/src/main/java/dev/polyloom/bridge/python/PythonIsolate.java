// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.InputOutcome.TimedOut;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.isolates.IsolateStartException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One context that serves one Python function. Thread-safe; what threads do is told in the
 * package's description.
 */
final class PythonIsolate implements WebIsolate, Watchdog.Watched {

    /**
     * How often the watchdog finds an input late before its isolate is killed: some two seconds in
     * which cancelled code may clean up. Counted in looks, because the clock goes on while the
     * whole host is stopped, as a machine short of processors stops it, and nobody could have
     * cleaned up.
     */
    private static final int LATE_MAX = 20;

    private static final String ENDED = "the isolate has ended";

    private final PythonApp app;
    private final FunctionManifest function;
    private final AppContext appContext;
    private final Watchdog watchdog;
    private final InputTracker inputs = new InputTracker();
    private final StartPhases phases = new StartPhases();
    private final CompletableFuture<@Nullable Void> served = new CompletableFuture<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable OwnedContext context;
    private volatile boolean killed;
    private volatile @Nullable Value onRequest;
    private volatile @Nullable Value onSocket;
    private volatile @Nullable Value onWsgiSocket;

    PythonIsolate(
            PythonApp app, FunctionManifest function, AppContext appContext, Watchdog watchdog) {
        this.app = app;
        this.function = function;
        this.appContext = appContext;
        this.watchdog = watchdog;
    }

    @Override
    public void start() throws IsolateStartException, InterruptedException {
        Duration bound = function.pool().startTimeout();
        try {
            phases.begin();
            OwnedContext claimed = app.claim(function.name(), bound);
            context = claimed;
            phases.ended(StartPhases.LOAD);
            if (killed) {
                claimed.kill();
            }
            claimed.serves(function.name());
            claimed.output(
                    line -> appContext.output(function.name(), false, line),
                    line -> appContext.output(function.name(), true, line));
            boolean concurrent = function.pool().maxInputs() > 1;
            String environment = app.environmentOf(function);
            claimed.starting();
            claimed.ask(bound, runtime -> prepare(runtime, environment, concurrent));
            phases.ended(StartPhases.ENTER);
            var _ = claimed.ended().thenRun(this::lost);
            serveUntilStopped(claimed);
            watchdog.watch(this);
            app.started(function.name(), true);
        } catch (GuestFailure e) {
            app.started(function.name(), false);
            kill();
            throw new IsolateStartException(e.error().summary(), new AppLoadException(e.error()));
        } catch (TimeoutException e) {
            app.started(function.name(), false);
            kill();
            throw new IsolateStartException(
                    "the function did not start within " + bound.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    @Override
    public Map<String, Duration> startPhases() {
        return phases.taken();
    }

    private boolean prepare(Value runtime, String environment, boolean concurrent) {
        runtime.invokeMember("environ", environment);
        String protocol = runtime.invokeMember("start", function.name(), concurrent).asString();
        if (protocol.equals("wsgi")) {
            onRequest = runtime.getMember("on_wsgi_request");
            onWsgiSocket = runtime.getMember("on_wsgi_socket");
        } else {
            onRequest = runtime.getMember("on_request");
            onSocket = runtime.getMember("on_socket");
        }
        app.learn(runtime);
        return true;
    }

    private void serveUntilStopped(OwnedContext claimed) {
        claimed.tell(
                runtime -> {
                    claimed.started();
                    Value early = runtime.invokeMember("serve");
                    served.complete(null);
                    if (!early.isNull()) {
                        endedEarly(GuestFaults.error(early));
                    }
                },
                failure -> {
                    if (!killed) {
                        endedEarly(
                                failure instanceof GuestFailure guest
                                        ? guest.error()
                                        : GuestFaults.error(
                                                "HostError", String.valueOf(failure), null, 0, ""));
                    }
                });
    }

    private void endedEarly(GuestError cause) {
        appContext.output(function.name(), true, "isolate ended: " + cause.summary());
        cause.traceback()
                .lines()
                .forEach(line -> appContext.output(function.name(), true, "  " + line));
        kill();
    }

    @Override
    public InputOutcome serve(HttpExchange exchange) throws InterruptedException {
        Begun begun = begin(exchange, Thread.currentThread(), () -> {});
        return begun == null ? new NotBegun("the isolate has not started") : begun.serve();
    }

    @Override
    public @Nullable Begun begin(HttpExchange exchange, Thread thread, Runnable left) {
        OwnedContext owned = context;
        Value handler = onRequest;
        if (owned == null || handler == null) {
            return null;
        }
        boolean alone = function.pool().maxInputs() == 1;
        GuestExchange input = new GuestExchange(exchange, owned.mailbox(), alone, thread, left);
        String head = FlatHead.of(exchange.head());
        inputs.add(input);
        if (!post(owned, input, () -> input.deliver(handler, head)) || !alive()) {
            InputTracker.lose(input, ENDED);
        }
        return () -> serve(input);
    }

    private InputOutcome serve(GuestExchange input) throws InterruptedException {
        try {
            InputOutcome outcome = input.serve();
            tellWhere(outcome, input.lastWords());
            return outcome;
        } catch (InterruptedException e) {
            input.cancel(new IsolateLost("the host stops"));
            throw e;
        } finally {
            inputs.remove(input);
        }
    }

    private void tellWhere(InputOutcome outcome, @Nullable GuestError place) {
        if (outcome instanceof TimedOut && place != null) {
            appContext.output(function.name(), true, "timed out here:");
            place.traceback()
                    .lines()
                    .forEach(line -> appContext.output(function.name(), true, "  " + line));
        }
    }

    @Override
    public InputOutcome serve(WebSocketExchange socket) throws InterruptedException {
        OwnedContext owned = context;
        Value handler = onSocket;
        Value wsgi = onWsgiSocket;
        if (owned != null && wsgi != null) {
            return serve(owned, wsgi, socket);
        }
        if (owned == null || handler == null) {
            return new NotBegun("the isolate has not started");
        }
        GuestSocket input = new GuestSocket(socket, owned.mailbox());
        String head = FlatHead.of(socket.head());
        inputs.add(input);
        try {
            if (!post(owned, input, () -> input.deliver(handler, head))) {
                return new NotBegun(ENDED);
            }
            if (!alive()) {
                InputTracker.lose(input, ENDED);
            }
            return input.serve();
        } finally {
            inputs.remove(input);
        }
    }

    /** Posts an input's beginning; it is lost unbegun when the guest's end comes before it. */
    private static boolean post(
            OwnedContext owned, InputTracker.Tracked input, Mailbox.Delivery delivery) {
        Mailbox mailbox = owned.mailbox();
        return mailbox.post(() -> {
            if (mailbox.ending()) {
                InputTracker.lose(input, ENDED);
            } else {
                delivery.run();
            }
        });
    }

    private InputOutcome serve(OwnedContext owned, Value handler, WebSocketExchange socket)
            throws InterruptedException {
        try (WsgiSocket input = WsgiSocket.open(socket)) {
            inputs.add(input);
            try {
                if (!post(owned, input, () -> input.deliver(handler))) {
                    return new NotBegun(ENDED);
                }
                if (!alive()) {
                    InputTracker.lose(input, ENDED);
                }
                return input.serve();
            } catch (InterruptedException e) {
                input.end(new IsolateLost("the host stops"));
                throw e;
            } finally {
                inputs.remove(input);
            }
        } catch (IOException e) {
            return new AppFailed(GuestFaults.error("HostError", String.valueOf(e), null, 0, ""));
        }
    }

    @Override
    public void enforceTimeout(long nowNanos) {
        Duration timeout = function.pool().timeout();
        OwnedContext owned = context;
        for (InputTracker.Tracked input : inputs.inFlight()) {
            long started = input.startedNanos();
            if (started == 0 || nowNanos - started <= timeout.toNanos()) {
                continue;
            }
            int late = inputs.late(input);
            if (late == 1) {
                input.cancel(new TimedOut(timeout));
            } else if (late > LATE_MAX) {
                input.end(new TimedOut(timeout));
                if (owned == null || !owned.busyWithOther()) {
                    kill();
                }
            }
            if (owned != null) {
                input.interruptApart(owned);
            }
        }
        if (owned != null && inputs.unheard()) {
            owned.interrupt(inputs::unheard);
        }
    }

    @Override
    public void stop(Duration grace) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        OwnedContext owned = context;
        if (owned == null) {
            kill();
            return;
        }
        watchdog.forget(this);
        try {
            owned.leave(served, grace);
        } catch (GuestFailure e) {
            appContext.output(function.name(), true, "shutdown failed: " + e.error().summary());
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            kill();
        }
    }

    @Override
    public void kill() {
        killed = true;
        watchdog.forget(this);
        OwnedContext owned = context;
        if (owned != null) {
            owned.kill();
        }
        lost();
    }

    private void lost() {
        killed = true;
        watchdog.forget(this);
        inputs.loseAll(ENDED);
    }

    @Override
    public OptionalLong allocatedBytes() {
        OwnedContext owned = context;
        return owned == null ? OptionalLong.empty() : owned.allocatedBytes();
    }

    @Override
    public void hold(boolean on) {
        OwnedContext owned = context;
        if (owned != null) {
            owned.hold(on);
        }
    }

    @Override
    public boolean alive() {
        OwnedContext owned = context;
        return !killed && (owned == null || (owned.alive() && !owned.mailbox().ending()));
    }
}
