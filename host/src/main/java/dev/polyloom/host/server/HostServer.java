// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.host.apps.Routes;
import dev.polyloom.host.apps.ServedFunctions;
import dev.polyloom.host.terminal.Terminal;
import io.helidon.webserver.WebServer;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The public and the admin listener. Thread-safe. {@link #start()} binds both; {@link #close()}
 * ends them.
 */
public final class HostServer implements AutoCloseable {

    private static final String ADMIN = "admin";
    private static final Duration LAST_GRACE = Duration.ofMillis(100);

    /** So that a client which never shakes hands is noticed; others may be silent for longer. */
    private static final Duration TLS_SILENCE = Duration.ofSeconds(10);

    private static final long LOOK_NANOS = 5_000_000;

    private final ServerConfig config;
    private final WebServer server;
    private final Dispatcher dispatcher;
    private final ConnectionMonitor monitor = new ConnectionMonitor();

    /**
     * Makes a server that is not started.
     *
     * @param routes the table of now
     * @param health what the admin listener tells
     * @param functions what it shows and changes
     * @throws TlsFilesException when its certificate cannot be used
     */
    public HostServer(
            ServerConfig config,
            Supplier<Routes> routes,
            Terminal terminal,
            ServerObserver observer,
            Health health,
            ServedFunctions functions)
            throws TlsFilesException {
        this.config = config;
        var dispatcher = new Dispatcher(routes, terminal, config, observer);
        this.dispatcher = dispatcher;
        var setup =
                new Http1Setup(
                        dispatcher,
                        monitor,
                        new DateField(),
                        config.bodyBytesMax(),
                        config.headerBytesMax(),
                        new WsSetup(dispatcher, monitor, config.transport().webSocket()));
        var builder =
                WebServer.builder()
                        .shutdownHook(false)
                        .host(config.host())
                        .port(config.port())
                        .shutdownGracePeriod(LAST_GRACE)
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(new ConnectionSelector(setup))
                        .putSocket(
                                ADMIN,
                                socket ->
                                        socket.host(config.adminHost())
                                                .port(config.adminPort())
                                                .shutdownGracePeriod(Duration.ZERO)
                                                .routing(AdminRoutes.of(health, functions)));
        var tls = config.transport().tls();
        if (tls.isPresent()) {
            builder.tls(TlsSetup.of(tls.get()));
        }
        // All that is written is meant to be sent at once.
        builder.connectionOptions(socket -> {
            socket.tcpNoDelay(true);
            tls.ifPresent(_ -> socket.readTimeout(TLS_SILENCE));
        });
        this.server = builder.build();
    }

    /**
     * Binds both listeners.
     *
     * @throws PortTakenException when a port is in use
     */
    public void start() throws PortTakenException {
        try {
            server.start();
            monitor.start();
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
        monitor.stopTaking();
        var deadline = System.nanoTime() + config.grace().toNanos();
        while (dispatcher.inFlight() > 0 && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        monitor.close();
        server.stop();
    }
}
