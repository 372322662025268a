// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.apps.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A server on CPython. Immutable.
 *
 * @param server which one
 * @param python the interpreter of the environment that holds it
 */
public record PythonPeer(Server server, Path python) implements Contender {

    private static final int THREADS = 4;

    /** The servers there are. */
    public enum Server {
        UVICORN("uvicorn"),
        GRANIAN("granian"),
        HYPERCORN("hypercorn"),
        GUNICORN("gunicorn");

        private final String module;

        Server(String module) {
            this.module = module;
        }
    }

    /** The name of a server. */
    public static String nameOf(Server server) {
        return server.module;
    }

    @Override
    public String name() {
        return nameOf(server);
    }

    @Override
    public Set<Kind> kinds() {
        return switch (server) {
            case UVICORN, HYPERCORN -> Set.of(Kind.ASGI, Kind.ENDPOINT);
            case GRANIAN -> Set.of(Kind.ASGI, Kind.ENDPOINT, Kind.WSGI);
            case GUNICORN -> Set.of(Kind.WSGI);
        };
    }

    @Override
    public boolean compiles() {
        return false;
    }

    @Override
    public Command command(
            Application application, ApplicationFolder files, int port, int workers) {
        List<String> words = new ArrayList<>(List.of(python.toString(), "-m", server.module));
        words.addAll(options(application.kind(), Integer.toString(port), workers + ""));
        words.add(application.peerModule() + ":app");
        return new Command(words, files.path());
    }

    private List<String> options(Kind kind, String port, String workers) {
        return switch (server) {
            case UVICORN ->
                    List.of(
                            "--host=127.0.0.1",
                            "--port=" + port,
                            "--workers=" + workers,
                            "--loop=uvloop",
                            "--http=httptools",
                            "--ws=websockets",
                            "--no-access-log",
                            "--log-level=warning");
            case GRANIAN ->
                    List.of(
                            "--interface=" + (kind == Kind.WSGI ? "wsgi" : "asgi"),
                            "--host=127.0.0.1",
                            "--port=" + port,
                            "--workers=" + workers,
                            "--loop=uvloop",
                            "--log-level=warning");
            case HYPERCORN ->
                    List.of(
                            "--bind=127.0.0.1:" + port,
                            "--workers=" + workers,
                            "--worker-class=uvloop",
                            "--log-level=warning");
            case GUNICORN ->
                    List.of(
                            "--bind=127.0.0.1:" + port,
                            "--workers=" + workers,
                            "--worker-class=gthread",
                            "--threads=" + THREADS,
                            "--log-level=warning");
        };
    }
}
