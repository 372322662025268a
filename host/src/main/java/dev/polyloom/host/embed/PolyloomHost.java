// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.host.apps.AppSourceException;
import dev.polyloom.host.apps.AppSources;
import dev.polyloom.host.apps.Apps;
import dev.polyloom.host.apps.AppsConfig;
import dev.polyloom.host.apps.Generation;
import dev.polyloom.host.heap.HeapWatch;
import dev.polyloom.host.limits.RateLimiter;
import dev.polyloom.host.metrics.HostMetrics;
import dev.polyloom.host.server.Health;
import dev.polyloom.host.server.HostServer;
import dev.polyloom.host.server.PortTakenException;
import dev.polyloom.host.server.ServerConfig;
import dev.polyloom.host.server.TlsFilesException;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.isolates.Pool;
import dev.polyloom.isolates.PoolRuntime;
import dev.polyloom.isolates.ReplicaBudget;
import dev.polyloom.isolates.Ticker;
import io.micrometer.core.instrument.Tags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A host in this process. Thread-safe. {@link #start} brings it up, {@link #close()} drains and
 * ends it; several may run side by side.
 *
 * {@snippet :
 * try (var host = PolyloomHost.start(config, terminal)) {
 *     host.awaitLoaded(Duration.ofMinutes(1));
 *     // http://127.0.0.1:<host.port()>/
 * }
 * }
 */
public final class PolyloomHost implements AutoCloseable {

    private static final int HEADER_BYTES_MAX = 64 << 10;

    private final HostConfig config;
    private final Terminal terminal;
    private final HostMetrics metrics = new HostMetrics();
    private final OpenRuntimes runtimes;
    private final HeapWatch heap;
    private final HostServer server;
    private final Apps apps;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PolyloomHost(
            HostConfig config,
            Terminal terminal,
            AppSources sources,
            List<RuntimeProvider> providers)
            throws TlsFilesException {
        this.config = config;
        this.terminal = terminal;
        this.runtimes = new OpenRuntimes(config, providers);
        for (var state : List.of("stock", "claimed")) {
            metrics.gauge(
                    "polyloom.contexts", Tags.of("state", state), () -> runtimes.contexts(state));
        }
        metrics.gauge("polyloom.threads.abandoned", Tags.empty(), runtimes::abandonedThreads);
        this.heap =
                new HeapWatch(
                        new HeapWatch.Marks(config.guard().heapSoft(), config.guard().heapHard()),
                        this::pools,
                        runtimes::tight);
        metrics.gauge("polyloom.heap.live", Tags.empty(), heap::liveBytes);
        metrics.gauge("polyloom.heap.pressure", Tags.empty(), heap::level);
        this.apps = new Apps(appsConfig(sources));
        this.server =
                new HostServer(
                        serverConfig(),
                        apps::routes,
                        terminal,
                        metrics,
                        new Status(),
                        apps.functions());
    }

    /** Starts a host with the runtimes that are found on the class path. */
    public static PolyloomHost start(HostConfig config, Terminal terminal)
            throws AppSourceException, PortTakenException, TlsFilesException {
        return start(config, terminal, providers());
    }

    /** The languages that are found on the class path. */
    public static List<RuntimeProvider> providers() {
        return ServiceLoader.load(RuntimeProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * Starts a host. When it returns, its ports are bound and its apps are being loaded.
     *
     * @param terminal where a person is told; stays the caller's
     * @param providers the languages it knows
     * @throws AppSourceException when a path cannot be served
     * @throws PortTakenException when a port is in use
     * @throws TlsFilesException when the certificate cannot be used
     */
    public static PolyloomHost start(
            HostConfig config, Terminal terminal, List<RuntimeProvider> providers)
            throws AppSourceException, PortTakenException, TlsFilesException {
        var sources = AppSources.of(config.paths(), Path.of("").toAbsolutePath(), config.factory());
        var host = new PolyloomHost(config, terminal, sources, providers);
        try {
            host.server.start();
        } catch (PortTakenException | RuntimeException e) {
            host.close();
            throw e;
        }
        host.terminal.show(new Line.Note(Line.Level.INFO, "admin " + host.adminUrl()));
        host.apps.start();
        host.heap.start();
        return host;
    }

    private AppsConfig appsConfig(AppSources sources) {
        return new AppsConfig(
                sources,
                runtimes,
                terminal,
                config.secrets(),
                "-dev",
                config.root(),
                () -> terminal.show(new Line.Ready(url())),
                label -> config.transport().scheme() + "://" + label + ".localhost:" + port() + "/",
                metrics::observer,
                PoolRuntime.standard(
                        new ReplicaBudget(
                                config.limits().maxReplicas(),
                                config.limits().maxStarts(),
                                heap::growth)),
                RateLimiter.of(config.limits().rate(), Ticker.SYSTEM),
                config.reload(),
                config.keepLastGood(),
                config.eager(),
                config.development(),
                config.grace());
    }

    private ServerConfig serverConfig() {
        return new ServerConfig(
                config.host(),
                config.port(),
                HostConfig.ADMIN_HOST,
                config.adminPort(),
                config.bodyBytesMax(),
                HEADER_BYTES_MAX,
                config.trustedProxies(),
                config.development(),
                config.accessLog(),
                config.grace(),
                config.transport());
    }

    private List<Pool<?>> pools() {
        return generations()
                .flatMap(generation -> generation.functions().stream())
                .<Pool<?>>map(function -> function.pool())
                .toList();
    }

    /**
     * {@return how many threads of functions that were given up cannot be stopped} While there are
     * some, also after {@link #close}, the JVM's ordinary exit waits for them.
     */
    public int abandonedThreads() {
        return runtimes.abandonedThreads();
    }

    /** The public port. */
    public int port() {
        return server.port();
    }

    /** The admin port. */
    public int adminPort() {
        return server.adminPort();
    }

    /** The admin listener's URL, without a path. */
    public String adminUrl() {
        return "http://" + HostConfig.ADMIN_HOST + ":" + adminPort();
    }

    /** The public listener's URL, without a path. */
    public String url() {
        var host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        var name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return config.transport().scheme() + "://" + name + ":" + port();
    }

    /**
     * Waits until every app has been loaded or found faulty once.
     *
     * @return whether that was so in time
     */
    public boolean awaitLoaded(Duration timeout) throws InterruptedException {
        return apps.awaitLoaded(timeout);
    }

    /** The labels that lead to a function or to an app's fault. */
    public List<String> labels() {
        return apps.routes().labels();
    }

    /** The generations that serve now, for a look at their pools. */
    public Stream<Generation> generations() {
        return apps.generations().stream();
    }

    /**
     * Ends the host: takes no new connections, lets requests in flight end within the grace, stops
     * the replicas and then the runtimes. A second call does nothing. Blocks.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.close();
        heap.close();
        apps.close();
        runtimes.close();
        metrics.close();
    }

    private final class Status implements Health {

        @Override
        public String unhealthy() {
            var abandoned = runtimes.abandonedThreads();
            return abandoned > config.guard().abandonedThreadsMax()
                    ? abandoned + " threads of functions cannot be stopped"
                    : "";
        }

        @Override
        public String notReady() {
            if (closed.get()) {
                return "stopping";
            }
            return apps.loaded() ? "" : "starting";
        }

        @Override
        public String metrics() {
            return metrics.scrape();
        }
    }
}
