// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.ControlJson;
import dev.polyloom.host.apps.ServedFunction;
import dev.polyloom.host.apps.ServedFunctions;
import dev.polyloom.host.server.Problem.Kind;
import dev.polyloom.isolates.ReplicaState;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The functions over the admin listener: what there is, how busy it is, how it scales. Thread-safe.
 * Only for requests that are meant for it, see {@link LocalOrigin}.
 */
final class AdminApi {

    private static final String FUNCTIONS = "/api/v1/functions";
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final ServedFunctions functions;
    private final Problems problems = new Problems(false);
    private final JsonMapper json = new JsonMapper();

    AdminApi(ServedFunctions functions) {
        this.functions = functions;
    }

    void addTo(HttpRouting.Builder routes) {
        routes.any(FUNCTIONS, guarded("GET", this::list))
                .any(FUNCTIONS + "/{label}", guarded("GET", this::show))
                .any(FUNCTIONS + "/{label}/autoscaler", guarded("PATCH", this::scale));
    }

    /** What answers a request, or says what is wrong with it. */
    @FunctionalInterface
    private interface Answering {

        Object answer(ServerRequest request) throws ProblemException, IOException;
    }

    private static final class ProblemException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        ProblemException(Kind kind, String detail) {
            super(detail, null, false, false);
            this.problem = Problem.of(kind, detail);
        }
    }

    private Handler guarded(String method, Answering answering) {
        return (request, response) -> {
            try {
                var refusal =
                        LocalOrigin.refusal(
                                field(request, HeaderNames.HOST),
                                field(request, HeaderNames.ORIGIN));
                if (refusal.isPresent()) {
                    throw new ProblemException(Kind.FORBIDDEN_ORIGIN, refusal.get());
                }
                if (!request.prologue().method().text().equals(method)) {
                    response.header(HeaderNames.ALLOW, method);
                    throw new ProblemException(
                            Kind.METHOD_NOT_ALLOWED, "there is only " + method + " here");
                }
                send(
                        response,
                        200,
                        "application/json",
                        json.writeValueAsBytes(answering.answer(request)));
            } catch (ProblemException e) {
                var id =
                        RequestIds.of(
                                field(request, HeaderNames.create(RequestIds.HEADER)).orElse(null));
                var answer = problems.json(e.problem, request.path().rawPath(), id);
                send(response, answer.status(), "application/problem+json", answer.body());
            }
        };
    }

    private static Optional<String> field(ServerRequest request, HeaderName name) {
        return request.headers().first(name);
    }

    private static void send(ServerResponse response, int status, String type, byte[] body) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, type)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(body);
    }

    // The answers

    private Object list(ServerRequest request) {
        return Map.of("functions", functions.all().stream().map(this::shown).toList());
    }

    private Object show(ServerRequest request) throws ProblemException {
        return shown(named(request));
    }

    private Object scale(ServerRequest request) throws ProblemException, IOException {
        var function = named(request);
        var body = body(request);
        try {
            var change = ControlJson.change(json.readTree(body));
            return ControlJson.settings(function.pool().update(change::appliedTo));
        } catch (JacksonException e) {
            throw new ProblemException(
                    Kind.MALFORMED_REQUEST, "the body is no JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Kind.INVALID_SETTINGS, String.valueOf(e.getMessage()));
        }
    }

    private ServedFunction named(ServerRequest request) throws ProblemException {
        var label = request.path().pathParameters().get("label");
        return functions
                .labelled(label)
                .orElseThrow(() ->
                        new ProblemException(
                                Kind.UNKNOWN_LABEL,
                                "no function has this label; GET " + FUNCTIONS + " lists them"));
    }

    private static byte[] body(ServerRequest request) throws ProblemException, IOException {
        var type = field(request, HeaderNames.CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
        var media = type.split(";", 2)[0].strip();
        if (!media.equals("application/json") && !media.equals("application/merge-patch+json")) {
            throw new ProblemException(Kind.UNSUPPORTED_TYPE, "send application/json");
        }
        try (var in = request.content().inputStream()) {
            var body = in.readNBytes(BODY_BYTES_MAX + 1);
            if (body.length > BODY_BYTES_MAX) {
                throw new ProblemException(
                        Kind.BODY_TOO_LARGE, "the body has more than " + BODY_BYTES_MAX + " bytes");
            }
            return body;
        }
    }

    private Map<String, Object> shown(ServedFunction function) {
        var pool = function.pool();
        var now = pool.snapshot();
        var replicas = new LinkedHashMap<String, Integer>();
        for (var state :
                List.of(
                        ReplicaState.CLAIMED,
                        ReplicaState.STARTING,
                        ReplicaState.READY,
                        ReplicaState.DRAINING)) {
            replicas.put(state.name().toLowerCase(Locale.ROOT), now.count(state));
        }
        var shown = new LinkedHashMap<String, Object>();
        shown.put("label", function.label());
        shown.put("app", function.app());
        shown.put("function", function.manifest().name());
        shown.put("kind", function.manifest().kind().label());
        shown.put("url", functions.url(function.label()));
        shown.put("autoscaler", ControlJson.settings(now.config()));
        shown.put("max_inputs", now.config().maxInputs());
        shown.put("target_inputs", now.config().targetInputs());
        shown.put("replicas", replicas);
        shown.put("stats", ControlJson.stats(pool.stats()));
        return shown;
    }
}
