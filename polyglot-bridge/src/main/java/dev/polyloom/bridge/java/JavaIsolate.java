// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.BodyTooLargeException;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.ClientGone;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.InputOutcome.TimedOut;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.bridge.WebSocketExchange;
import dev.polyloom.isolates.IsolateStartException;
import dev.polyloom.sdk.Enter;
import dev.polyloom.sdk.Exit;
import dev.polyloom.sdk.HttpError;
import dev.polyloom.sdk.HttpHandler;
import dev.polyloom.sdk.WebSocketHandler;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One class loader that serves one Java function. Thread-safe.
 *
 * <p>Inputs run on the virtual threads that bring them, side by side. A deadline interrupts the
 * thread of an input; code that ignores the interrupt keeps its thread until it returns, since Java
 * has no other way to stop it. Its client is then answered by another thread, and the isolate takes
 * no further input.
 */
final class JavaIsolate implements WebIsolate {

    private final JavaCode code;
    private final FoundFunction function;
    private final CodeStore store;
    private final AppContext appContext;
    private final Deadlines deadlines;
    private volatile @Nullable Endpoint endpoint;
    private volatile @Nullable WebSocketHandler sockets;
    private volatile @Nullable Object instance;
    private volatile boolean dead;

    JavaIsolate(JavaCode code, CodeStore store, AppContext appContext, Deadlines deadlines) {
        this.code = code;
        this.function = code.function();
        this.store = store;
        this.appContext = appContext;
        this.deadlines = deadlines;
    }

    @Override
    public void start() throws IsolateStartException {
        boolean well = false;
        try {
            start(store.claim(code));
            well = true;
        } catch (InvocationTargetException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | LinkageError | IllegalArgumentException e) {
            throw failed(e);
        } finally {
            store.started(code, well);
        }
    }

    private void start(LoadedCode loaded) throws ReflectiveOperationException {
        Class<?> type = loaded.type();
        JsonMapper json = loaded.json();
        Method method = loaded.method().orElse(null);
        boolean needsInstance = method == null || !Modifier.isStatic(method.getModifiers());
        Object made = needsInstance ? type.getDeclaredConstructor().newInstance() : null;
        instance = made;
        hooks(type, made, Enter.class);
        endpoint =
                method != null
                        ? Endpoint.of(method, made, json, secrets())
                        : made instanceof HttpHandler handler
                                ? Endpoint.of(handler, json)
                                : Endpoint.ofSocketsOnly(json);
        sockets = method == null && made instanceof WebSocketHandler handler ? handler : null;
    }

    private Map<String, String> secrets() {
        Map<String, String> values = new HashMap<>();
        for (String name : function.manifest().secrets()) {
            values.putAll(
                    appContext
                            .secret(name)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "secret '"
                                                    + name
                                                    + "' is not known; give it with --secret "
                                                    + name
                                                    + ":KEY=VALUE")));
        }
        return values;
    }

    private IsolateStartException failed(Throwable thrown) {
        dead = true;
        GuestError error = JavaFaults.error(thrown, code.classes().classes().keySet());
        return new IsolateStartException(error.summary(), new AppLoadException(error));
    }

    private static void hooks(
            Class<?> type, @Nullable Object instance, Class<? extends Annotation> kind)
            throws ReflectiveOperationException {
        for (Method method : type.getMethods()) {
            if (method.isAnnotationPresent(kind)) {
                method.setAccessible(true);
                method.invoke(instance);
            }
        }
    }

    @Override
    public InputOutcome serve(HttpExchange exchange) throws InterruptedException {
        Endpoint target = endpoint;
        if (target == null || dead) {
            return new NotBegun("the isolate has ended");
        }
        Duration timeout = function.manifest().pool().timeout();
        Input input = new Input(new GuardedExchange(exchange), timeout);
        try (Deadlines.Running running = deadlines.running(timeout, input)) {
            try {
                target.serve(input.exchange);
                return running.expired() ? new TimedOut(timeout) : new Completed();
            } catch (Throwable thrown) {
                return outcome(thrown, running, input.exchange, timeout);
            }
        }
    }

    private InputOutcome outcome(
            Throwable thrown, Deadlines.Running running, HttpExchange exchange, Duration timeout)
            throws InterruptedException {
        if (running.expired()) {
            return new TimedOut(timeout);
        }
        if (thrown instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (Endpoint.ofConnection(thrown, exchange)) {
            return new ClientGone();
        }
        if (thrown instanceof BodyTooLargeException large) {
            return new AppFailed(
                    new GuestError(
                            "BodyTooLarge",
                            String.valueOf(large.getMessage()),
                            Optional.empty(),
                            Optional.empty(),
                            ""));
        }
        return failure(thrown);
    }

    @Override
    public InputOutcome serve(WebSocketExchange exchange) throws InterruptedException {
        if (endpoint == null || dead) {
            return new NotBegun("the isolate has ended");
        }
        WebSocketHandler handler = sockets;
        try {
            if (handler == null) {
                exchange.deny(403, Headers.EMPTY, new byte[0]);
                return new Completed();
            }
            return serve(handler, exchange);
        } catch (IOException _) {
            return new ClientGone();
        }
    }

    /** A connection may last: the function's timeout bounds requests. */
    private InputOutcome serve(WebSocketHandler handler, WebSocketExchange exchange)
            throws InterruptedException, IOException {
        JavaSocket socket = new JavaSocket(exchange);
        try {
            handler.handle(socket);
        } catch (InterruptedException e) {
            throw e;
        } catch (IOException e) {
            return socket.gone() ? new ClientGone() : failure(e);
        } catch (HttpError e) {
            if (socket.answered()) {
                return failure(e);
            }
            socket.refuse(e.status());
        } catch (Throwable thrown) {
            return failure(thrown);
        }
        if (!socket.answered()) {
            socket.refuse(403);
        }
        return new Completed();
    }

    private AppFailed failure(Throwable thrown) {
        return new AppFailed(JavaFaults.error(thrown, code.classes().classes().keySet()));
    }

    @Override
    public void stop(Duration grace) {
        if (dead) {
            return;
        }
        dead = true;
        Object stopping = instance;
        if (stopping != null) {
            try {
                hooks(stopping.getClass(), stopping, Exit.class);
            } catch (ReflectiveOperationException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                appContext.output(function.manifest().name(), true, "exit hook failed: " + cause);
            }
        }
        release();
    }

    @Override
    public void kill() {
        dead = true;
        release();
    }

    /** An input that may have to be given up. */
    private final class Input implements Deadlines.Owner {

        private final GuardedExchange exchange;
        private final Duration timeout;

        private Input(GuardedExchange exchange, Duration timeout) {
            this.exchange = exchange;
            this.timeout = timeout;
        }

        @Override
        public String name() {
            return function.manifest().name();
        }

        @Override
        public void abandoned() {
            kill();
            // It may wait for what the thread is sending to a slow client.
            var _ =
                    Thread.ofVirtual()
                            .name("polyloom-forsaken-" + name())
                            .start(() -> exchange.forsake(timeout));
        }
    }

    /** The loader of its classes while it lives. */
    @Nullable ClassLoader loader() {
        Object made = instance;
        return made == null ? null : made.getClass().getClassLoader();
    }

    private void release() {
        endpoint = null;
        sockets = null;
        instance = null;
    }

    @Override
    public boolean alive() {
        return !dead;
    }
}
