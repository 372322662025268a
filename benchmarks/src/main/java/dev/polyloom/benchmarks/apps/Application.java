// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.util.List;

/**
 * One application and the request it is measured with. Immutable.
 *
 * @param name as a person gives it to {@code --only}
 * @param kind what it is written against
 * @param module the name of its Python module or Java class for Polyloom, without an ending
 * @param peerModule the same for the peers; equal to {@code module} where one file serves both
 * @param request what it is sent
 * @param answer the body it must answer with
 * @param connections how many clients are on it at once; 0 for what the command says
 * @param inputs how many requests a replica of an ASGI application may have at once
 * @param packages what it needs besides Polyloom's base packages, as lines of requirements.txt; the
 *     peers' lock file holds the same versions
 */
public record Application(
        String name,
        Kind kind,
        String module,
        String peerModule,
        Request request,
        String answer,
        int connections,
        int inputs,
        List<String> packages) {

    /** Where the application of {@link #socket} takes WebSocket connections. */
    public static final String SOCKET = "/ws";

    private static final int INPUTS = 100;

    /**
     * An application that sends WebSocket messages back.
     *
     * @param inputs most connections to a replica
     */
    public static Application socket(int inputs) {
        return Application.of("fastapi-socket", Kind.ASGI, "fastapi_socket", Request.get("/"), "up")
                .with(0, inputs);
    }

    /** An application whose one file is served by all. */
    static Application of(String name, Kind kind, String module, Request request, String answer) {
        return new Application(name, kind, module, module, request, answer, 0, INPUTS, List.of());
    }

    /** The same application with other clients. */
    Application with(int clients, int inputsOfReplica) {
        return with(clients, inputsOfReplica, packages);
    }

    /** The same application with packages of its own. */
    Application with(String... more) {
        return with(connections, inputs, List.of(more));
    }

    private Application with(int clients, int inputsOfReplica, List<String> needed) {
        return new Application(
                name, kind, module, peerModule, request, answer, clients, inputsOfReplica, needed);
    }
}
