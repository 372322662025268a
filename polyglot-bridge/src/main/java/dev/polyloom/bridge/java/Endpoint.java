// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.sdk.HttpError;
import dev.polyloom.sdk.HttpHandler;
import dev.polyloom.sdk.HttpResponse;
import dev.polyloom.sdk.WebEndpoint;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One function of one isolate, ready to be called from many threads. Immutable. */
final class Endpoint {

    /** What runs the user's code. */
    @FunctionalInterface
    private interface Call {
        @Nullable Object run(RequestValues values) throws Throwable;
    }

    private final Optional<String> method;
    private final Optional<PathTemplate> path;
    private final Call call;
    private final Answers answers;

    private Endpoint(
            Optional<String> method, Optional<PathTemplate> path, Call call, JsonMapper json) {
        this.method = method;
        this.path = path;
        this.call = call;
        this.answers = new Answers(json);
    }

    /** An endpoint that gives each request to a handler. */
    static Endpoint of(HttpHandler handler, JsonMapper json) {
        return new Endpoint(
                Optional.empty(),
                Optional.empty(),
                values -> handler.handle(values.request()),
                json);
    }

    /** An endpoint that has nothing to say but to connections. */
    static Endpoint ofSocketsOnly(JsonMapper json) {
        return new Endpoint(Optional.empty(), Optional.empty(), _ -> HttpResponse.empty(426), json);
    }

    /**
     * An endpoint that calls an annotated method.
     *
     * @param instance what to call it on, null for a static one
     * @throws IllegalArgumentException when a parameter can never be filled
     */
    static Endpoint of(
            Method target, @Nullable Object instance, JsonMapper json, Map<String, String> secrets)
            throws IllegalAccessException {
        target.setAccessible(true);
        MethodHandle handle = MethodHandles.lookup().unreflect(target);
        if (instance != null) {
            handle = handle.bindTo(instance);
        }
        MethodHandle spread = handle.asSpreader(Object[].class, target.getParameterCount());
        Parameters parameters = new Parameters(target, json, secrets);
        WebEndpoint declared = target.getAnnotation(WebEndpoint.class);
        return new Endpoint(
                Optional.of(declared.method().toUpperCase(Locale.ROOT)),
                Optional.of(new PathTemplate(declared.path())),
                values -> spread.invoke(parameters.read(values)),
                json);
    }

    /** Answers one request on the calling thread; what the user's code throws comes out. */
    void serve(HttpExchange exchange) throws Throwable {
        Map<String, String> segments = Map.of();
        if (path.isPresent()) {
            var match = path.get().match(RequestValues.localPath(exchange.head()));
            if (match.isEmpty()) {
                answers.notFound(exchange);
                return;
            }
            segments = match.get();
        }
        if (method.isPresent() && !accepts(method.get(), exchange.head().method())) {
            answers.wrongMethod(exchange, method.get());
            return;
        }
        try {
            Object value = call.run(new RequestValues(exchange, segments));
            answers.send(
                    exchange, value instanceof CompletionStage<?> later ? await(later) : value);
        } catch (BadRequestException e) {
            answers.unfit(exchange, e);
        } catch (HttpError e) {
            answers.error(exchange, e);
        }
    }

    private static @Nullable Object await(CompletionStage<?> later) throws Throwable {
        try {
            return later.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static boolean accepts(String declared, String asked) {
        return declared.equals(asked) || (declared.equals("GET") && asked.equals("HEAD"));
    }

    /** Marks a fault of the connection, so that it is not taken for the user's. */
    static boolean ofConnection(Throwable thrown, HttpExchange exchange) {
        return thrown instanceof IOException && exchange.started();
    }
}
