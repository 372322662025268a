// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.apps.ServedFunctions;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;

/**
 * What the admin listener answers: whether the host lives, whether it can serve, metrics, and the
 * API of {@link AdminApi}.
 */
final class AdminRoutes {

    private AdminRoutes() {}

    static HttpRouting.Builder of(Health health, ServedFunctions functions) {
        var routes =
                HttpRouting.builder()
                        .get("/healthz", (_, response) -> healthy(response, health))
                        .get("/readyz", (_, response) -> ready(response, health))
                        .get(
                                "/metrics",
                                (_, response) ->
                                        response.header(
                                                        HeaderNames.CONTENT_TYPE,
                                                        "text/plain; version=0.0.4; charset=utf-8")
                                                .send(health.metrics()));
        new AdminApi(functions).addTo(routes);
        return routes;
    }

    private static void healthy(ServerResponse response, Health health) {
        var reason = health.unhealthy();
        if (reason.isEmpty()) {
            send(response, 200, "ok", "");
        } else {
            send(response, 503, "unhealthy", reason);
        }
    }

    private static void ready(ServerResponse response, Health health) {
        var reason = health.notReady();
        if (reason.isEmpty()) {
            send(response, 200, "ready", "");
        } else {
            send(response, 503, "not ready", reason);
        }
    }

    private static void send(ServerResponse response, int status, String word, String reason) {
        var more = reason.isEmpty() ? "" : ",\"reason\":\"" + reason + "\"";
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send("{\"status\":\"" + word + "\"" + more + "}\n");
    }
}
