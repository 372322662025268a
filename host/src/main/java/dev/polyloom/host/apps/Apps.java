// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.host.terminal.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All apps that are served. Thread-safe. {@link #start()} loads them and watches their files;
 * {@link #close()} ends them and all threads it started.
 */
public final class Apps implements AutoCloseable {

    private static final int LOADS_AT_ONCE = 2;
    private static final Duration CLOSE_SLACK = Duration.ofSeconds(1);

    private final AppsConfig config;
    private final Watcher watcher;
    private final Map<Language, Semaphore> turns = new EnumMap<>(Language.class);
    private final ExecutorService loads = threads("polyloom-load-");
    private final ExecutorService endings = threads("polyloom-end-");
    private final App.Host host = new Keeper();
    private final ServedFunctions functions;
    private final CountDownLatch complete = new CountDownLatch(1);

    /* Guards what follows; the loads and ends of generations happen outside of it. */
    private final ReentrantLock lock = new ReentrantLock();
    private Map<AppSource, App> apps = new LinkedHashMap<>();
    private final Set<String> announced = new HashSet<>();
    private final Set<GuestError> conflicts = new HashSet<>();
    private boolean closed;
    private volatile Routes routes = Routes.loading();

    /** Creates an empty collection. */
    public Apps(AppsConfig config) {
        this.config = config;
        this.watcher = new Watcher(this::filesChanged);
        this.functions = new ServedFunctions(this::generations, config.urls());
        for (var language : Language.values()) {
            turns.put(language, new Semaphore(LOADS_AT_ONCE, true));
        }
    }

    private static ExecutorService threads(String name) {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name, 0).factory());
    }

    /** The table of now. */
    public Routes routes() {
        return routes;
    }

    /** Begins to load all apps. Does not block for the loads. */
    public void start() {
        if (config.reload()) {
            config.sources().folders().forEach(watcher::watch);
        }
        rescan();
        publish();
    }

    /**
     * Waits until every app has been loaded or found faulty once.
     *
     * @return whether that was so in time
     */
    public boolean awaitLoaded(Duration timeout) throws InterruptedException {
        return complete.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether every app has been loaded or found faulty once. */
    public boolean loaded() {
        return complete.getCount() == 0;
    }

    /** Loads every app anew, whether its files changed or not. Does not block. */
    public void reloadAll() {
        rescan();
        current().forEach(App::load);
    }

    /** The functions that serve now. */
    public ServedFunctions functions() {
        return functions;
    }

    /** The generations that serve now. */
    public List<Generation> generations() {
        var generations = new ArrayList<Generation>();
        for (var app : current()) {
            var generation = app.generation();
            if (generation != null) {
                generations.add(generation);
            }
        }
        return generations;
    }

    private List<App> current() {
        lock.lock();
        try {
            return List.copyOf(apps.values());
        } finally {
            lock.unlock();
        }
    }

    // Files

    private void filesChanged(Set<Path> changed) {
        rescan();
        for (var app : current()) {
            if (app.staleBy(changed)) {
                app.load();
            }
        }
    }

    /** Makes the apps those that there are now: new ones begin to load, gone ones go. */
    private void rescan() {
        var added = new ArrayList<App>();
        var gone = new ArrayList<App>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            var next = new LinkedHashMap<AppSource, App>();
            for (var source : config.sources().scan()) {
                if (!Files.exists(source.path())) {
                    continue;
                }
                var known = apps.get(source);
                if (known == null) {
                    known = new App(source, shown(source), host);
                    added.add(known);
                }
                next.put(source, known);
            }
            apps.forEach((source, app) -> {
                if (!next.containsKey(source)) {
                    gone.add(app);
                }
            });
            apps = next;
        } finally {
            lock.unlock();
        }
        if (added.isEmpty() && gone.isEmpty()) {
            return;
        }
        // First, so that requests wait for what is being loaded.
        publish();
        added.forEach(App::load);
        for (var app : gone) {
            app.remove();
            config.terminal().show(new Line.Removed(shown(app.source())));
        }
    }

    private void watch(App app) {
        if (!config.reload()) {
            return;
        }
        for (var path : app.watched()) {
            var folder = Files.isDirectory(path) ? path : path.getParent();
            if (folder != null) {
                watcher.watch(folder);
            }
        }
    }

    private static String shown(AppSource source) {
        var name = source.path().getFileName();
        return name == null ? source.path().toString() : name.toString();
    }

    // The table

    private void publish() {
        lock.lock();
        try {
            var entries = apps.values().stream().map(App::entry).toList();
            var built = Routes.build(entries, config.root(), config.labelSuffix(), !loaded());
            var former = routes;
            routes = built.routes();
            former.replaced();
            announce(built);
        } finally {
            lock.unlock();
        }
    }

    private void announce(Routes.Built built) {
        built.conflicts()
                .forEach((entry, error) -> {
                    if (conflicts.add(error)) {
                        config.terminal().show(new Line.Broken(entry.name(), error, false));
                    }
                });
        conflicts.retainAll(built.conflicts().values());
        var labels = built.routes().labels();
        announced.retainAll(labels);
        for (var label : labels) {
            if (built.routes().find(label) instanceof Routes.Target.Function(var function)
                    && announced.add(label)) {
                var kind = function.manifest().kind().label();
                config.terminal().show(new Line.Served(label, kind, config.urls().apply(label)));
            }
        }
        if (!built.routes().incomplete() && complete.getCount() > 0) {
            complete.countDown();
            config.whenLoaded().run();
        }
    }

    private final class Keeper implements App.Host {

        @Override
        public AppsConfig config() {
            return config;
        }

        @Override
        public LoadedApp load(AppSource source, String app)
                throws AppLoadException, InterruptedException {
            var turn = turns.get(source.language());
            if (turn == null) {
                throw new IllegalStateException("no turns for " + source.language());
            }
            turn.acquire();
            try {
                var runtime = config.runtimes().runtime(source.language());
                if (runtime.isEmpty()) {
                    throw new AppLoadException(noRuntime(source));
                }
                return runtime.get().load(source, new HostAppContext(app, config, functions));
            } finally {
                turn.release();
            }
        }

        private static GuestError noRuntime(AppSource source) {
            return new GuestError(
                    "UnsupportedLanguage",
                    "this host has no runtime for " + source.language(),
                    Optional.of(shown(source)),
                    Optional.empty(),
                    "");
        }

        @Override
        public ExecutorService loads() {
            return loads;
        }

        @Override
        public void changed(App app) {
            publish();
            watch(app);
        }

        @Override
        public void retire(Generation generation) {
            try {
                endings.execute(() -> generation.retire(config.grace()));
            } catch (RejectedExecutionException _) {
                // The host ends at this moment, and nobody has seen this generation.
                generation.retire(Duration.ZERO);
            }
        }
    }

    /**
     * Ends all apps side by side: inputs in flight may end within the grace, then all is killed.
     * Blocks for at most a little more than the grace.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        watcher.close();
        loads.shutdownNow();
        for (var generation : generations()) {
            endings.execute(() -> generation.retire(config.grace()));
        }
        endings.shutdown();
        try {
            var bound = config.grace().plus(CLOSE_SLACK).toNanos();
            if (!endings.awaitTermination(bound, TimeUnit.NANOSECONDS)) {
                endings.shutdownNow();
            }
        } catch (InterruptedException _) {
            endings.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
