// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.apps.Routes;
import dev.polyloom.host.terminal.Terminal;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The public and the admin listener. Thread-safe. {@link #start()} binds both; {@link #close()}
 * ends them.
 */
public final class HostServer implements AutoCloseable {

    private static final String ADMIN = "admin";

    private final ServerConfig config;
    private final WebServer server;

    /**
     * Makes a server that is not started.
     *
     * @param routes the table of now
     * @param health what the admin listener tells
     */
    public HostServer(
            ServerConfig config,
            Supplier<Routes> routes,
            Terminal terminal,
            ServerObserver observer,
            Health health) {
        this.config = config;
        var dispatcher = new Dispatcher(routes, terminal, config, observer);
        var routing =
                HttpRouting.builder()
                        .any((request, response) -> {
                            var exchange =
                                    new HelidonExchange(request, response, config.bodyBytesMax());
                            dispatcher.handle(exchange);
                            exchange.close();
                        });
        this.server =
                WebServer.builder()
                        .shutdownHook(false)
                        .host(config.host())
                        .port(config.port())
                        .shutdownGracePeriod(shutdownGrace(config.grace()))
                        .routing(routing)
                        .putSocket(
                                ADMIN,
                                socket ->
                                        socket.host(config.adminHost())
                                                .port(config.adminPort())
                                                .shutdownGracePeriod(Duration.ZERO)
                                                .routing(AdminRoutes.of(health)))
                        .build();
    }

    private static Duration shutdownGrace(Duration grace) {
        return grace.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : grace;
    }

    /**
     * Binds both listeners.
     *
     * @throws PortTakenException when a port is in use
     */
    public void start() throws PortTakenException {
        try {
            server.start();
        } catch (UncheckedIOException | IllegalStateException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new PortTakenException(config, e);
                }
            }
            throw e;
        }
    }

    /** The public listener's port. */
    public int port() {
        return server.port();
    }

    /** The admin listener's port. */
    public int adminPort() {
        return server.port(ADMIN);
    }

    /** Stops both listeners; requests in flight may end within the grace. Blocks. */
    @Override
    public void close() {
        server.stop();
    }
}
