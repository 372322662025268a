// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.bridge.proxy.HostPorts;
import dev.polyloom.bridge.proxy.PortProxy;
import dev.polyloom.bridge.proxy.ReplicaNetwork;
import dev.polyloom.bridge.python.ManifestReader.ServerPort;
import dev.polyloom.isolates.IsolateStartException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One context that runs a function which starts a server, and the way to that server's port. The
 * server may be a program that the function starts, or run in the context itself. Thread-safe.
 */
final class ServerIsolate implements WebIsolate, Watchdog.Watched, HostPorts.Holder {

    private static final long TERMINATE_MAX_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final Duration SOCKETS_MAX = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS_MAX = Duration.ofSeconds(1);
    private static final Duration GIVE_WAY = Duration.ofSeconds(3);

    private final PythonApp app;
    private final FunctionManifest function;
    private final ServerPort server;
    private final AppContext appContext;
    private final StartPhases phases = new StartPhases();
    private final Servers servers;
    private final SocketsEnd sockets = new SocketsEnd();
    private final OutputTail printed = new OutputTail();
    private final CompletableFuture<@Nullable Void> returned = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> served = new CompletableFuture<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable OwnedContext context;
    private volatile @Nullable ReplicaNetwork network;
    private volatile @Nullable PortProxy proxy;
    private volatile boolean killed;
    private volatile boolean watched;
    private volatile int exitCode;

    ServerIsolate(
            PythonApp app,
            FunctionManifest function,
            ServerPort server,
            AppContext appContext,
            Servers servers) {
        this.app = app;
        this.function = function;
        this.server = server;
        this.appContext = appContext;
        this.servers = servers;
    }

    @Override
    public void start() throws IsolateStartException, InterruptedException {
        boolean done = false;
        try {
            PortSearch search =
                    new PortSearch(
                            servers.ports(), this, server.number(), function.pool().startTimeout());
            ReplicaNetwork own = servers.networks().open();
            network = own;
            phases.begin();
            OwnedContext claimed = app.claim(function.name(), function.pool().startTimeout());
            context = claimed;
            phases.ended(StartPhases.LOAD);
            run(claimed, own, search.spare());
            var _ = claimed.ended().thenRun(this::kill);
            var dialer = new ServerWait(this, search, own).untilUp();
            proxy =
                    new PortProxy(
                            dialer,
                            "the server on port " + server.number(),
                            function.pool().timeout(),
                            this::mayComeBack);
            phases.ended(StartPhases.LISTEN);
            servers.watchdog().watch(this);
            done = true;
        } catch (GuestFailure e) {
            throw new IsolateStartException(e.error().summary(), new AppLoadException(e.error()));
        } catch (AppLoadException e) {
            throw new IsolateStartException(e.error().summary(), e);
        } catch (TimeoutException | IOException e) {
            throw new IsolateStartException("the function did not start: " + e.getMessage(), e);
        } finally {
            app.started(function.name(), done);
            if (!done) {
                kill();
            }
        }
    }

    @Override
    public Map<String, Duration> startPhases() {
        return phases.taken();
    }

    private void run(OwnedContext claimed, ReplicaNetwork own, int spare) throws GuestFailure {
        claimed.output(line -> print(false, line), line -> print(true, line));
        claimed.processes().runIn(own, this::exited);
        if (killed) {
            claimed.kill();
        }
        String variables = app.environmentOf(function);
        String environment = "PORT\0" + spare + (variables.isEmpty() ? "" : "\0" + variables);
        claimed.starting();
        claimed.tell(
                runtime -> {
                    runtime.invokeMember("environ", environment);
                    runtime.invokeMember("close_sockets_at", sockets);
                    watched = true;
                    runtime.invokeMember("start", function.name(), true);
                    claimed.started();
                    returned.complete(null);
                    // Waits in the guest, where its other threads can run meanwhile.
                    Value early = runtime.invokeMember("serve");
                    served.complete(null);
                    if (!early.isNull()) {
                        print(true, "isolate ended: " + GuestFaults.error(early).summary());
                        kill();
                    }
                },
                failure -> {
                    returned.completeExceptionally(failure);
                    kill();
                });
    }

    private void print(boolean error, String line) {
        printed.add(line);
        appContext.output(function.name(), error, line);
    }

    private void exited(int code) {
        exitCode = code == 0 ? exitCode : code;
        PortProxy serving = proxy;
        OwnedContext owned = context;
        if (serving != null && owned != null && !owned.processes().running() && !stopped.get()) {
            Thread.ofVirtual()
                    .name("server-ended")
                    .start(() -> {
                        if (!serving.listens()) {
                            kill();
                        }
                    });
        }
    }

    private boolean mayComeBack() {
        OwnedContext owned = context;
        return alive() && owned != null && owned.processes().running();
    }

    // For those who wait for the start

    ServerPort server() {
        return server;
    }

    /** Completes when the function has returned, or has failed. */
    CompletableFuture<@Nullable Void> returned() {
        return returned;
    }

    /** Whether the programs that the function started have all ended, one of them badly. */
    boolean crashed() {
        OwnedContext owned = context;
        return exitCode != 0 && owned != null && !owned.processes().running();
    }

    int exitCode() {
        return exitCode;
    }

    /** What is wrong with the server, with the last that it printed. */
    GuestError fault(String type, String message) throws InterruptedException {
        OwnedContext owned = context;
        if (owned != null) {
            owned.processes().settle(LAST_WORDS_MAX);
        }
        return GuestFaults.error(type, message, null, 0, printed.text());
    }

    Duration startTimeout() {
        return function.pool().startTimeout();
    }

    // Serving

    @Override
    public InputOutcome serve(HttpExchange exchange) throws InterruptedException {
        PortProxy serving = proxy;
        return serving == null || killed
                ? new NotBegun("the isolate has ended")
                : serving.serve(exchange);
    }

    @Override
    public InputOutcome serve(WebSocketExchange socket) throws InterruptedException {
        PortProxy serving = proxy;
        return serving == null || killed
                ? new NotBegun("the isolate has ended")
                : serving.serve(socket);
    }

    @Override
    public void enforceTimeout(long nowNanos) {
        PortProxy serving = proxy;
        if (serving != null) {
            serving.enforceTimeout(nowNanos);
        }
    }

    // The end

    @Override
    public void stop(Duration grace) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        OwnedContext owned = context;
        servers.watchdog().forget(this);
        try {
            if (owned != null && !killed) {
                owned.processes().terminate(Math.min(grace.toNanos(), TERMINATE_MAX_NANOS));
                // A server that loses its socket may complain, of which nobody needs to know.
                owned.output(_ -> {}, _ -> {});
                closeSockets();
                if (returned.isDone()) {
                    owned.leave(served, grace);
                }
            }
        } catch (GuestFailure e) {
            print(true, "shutdown failed: " + e.error().summary());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException _) {
            // What has not ended by now is killed.
        } finally {
            die();
            reap();
        }
    }

    @Override
    public void kill() {
        if (!killed) {
            die();
            Thread.ofPlatform().name("server-reaper").daemon(true).start(this::reap);
        }
    }

    private void die() {
        killed = true;
        servers.watchdog().forget(this);
        PortProxy serving = proxy;
        if (serving != null) {
            serving.endAll(new IsolateLost("the isolate has ended"));
        }
    }

    /** Frees the ports before it ends what holds them. */
    private void reap() {
        try {
            closeSockets();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        OwnedContext owned = context;
        if (owned != null) {
            owned.kill();
        }
        ReplicaNetwork own = network;
        if (own != null) {
            own.close();
        }
        servers.ports().release(this);
    }

    private void closeSockets() throws InterruptedException {
        if (watched) {
            sockets.close(SOCKETS_MAX);
        }
    }

    @Override
    public boolean alive() {
        OwnedContext owned = context;
        return !killed && (owned == null || owned.alive());
    }

    // As the holder of ports

    @Override
    public Object serves() {
        return app.identity(function);
    }

    @Override
    public long generation() {
        return app.generation();
    }

    @Override
    public boolean ended() {
        return killed;
    }

    @Override
    public void giveWay() throws InterruptedException {
        PortProxy serving = proxy;
        if (serving != null) {
            serving.drain(GIVE_WAY);
        }
        stop(GIVE_WAY);
    }
}
