// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.host.apps.Routes.State;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.isolates.IsolateStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One source and the generation of it that serves. Thread-safe. Loads follow one another: a wish to
 * load that comes during a load is met by one more load after it.
 */
final class App {

    private static final System.Logger LOG = System.getLogger(App.class.getName());

    private final AppSource source;
    private final String shown;
    private final Host host;
    private final AtomicInteger wishes = new AtomicInteger();
    private final ReentrantLock printsLock = new ReentrantLock();
    private final Fingerprints prints = new Fingerprints();
    private volatile State state = new State.Loading();
    private volatile Set<Path> files;
    private volatile boolean removed;

    /** What the app asks of whoever keeps it. */
    interface Host {
        AppsConfig config();

        /** Loads the source, when it is its turn. */
        LoadedApp load(AppSource source, String app) throws AppLoadException, InterruptedException;

        /** Runs loads, each on a thread of its own. */
        ExecutorService loads();

        /** The app's state changed. */
        void changed(App app);

        /** Ends a generation in the background. */
        void retire(Generation generation);
    }

    App(AppSource source, String shown, Host host) {
        this.source = source;
        this.shown = shown;
        this.host = host;
        this.files = Set.of(source.path());
    }

    AppSource source() {
        return source;
    }

    Routes.Entry entry() {
        return new Routes.Entry(shown, source.defaultName(), state);
    }

    /** The generation that serves, null when none does. */
    @Nullable Generation generation() {
        return state instanceof State.Live(var generation) ? generation : null;
    }

    /** Loads the source in the background, as it is from now on. */
    void load() {
        if (wishes.getAndIncrement() == 0 && !host.loads().isShutdown()) {
            host.loads().execute(this::meetWishes);
        }
    }

    /** Takes the app away. Its generation is ended in the background. */
    void remove() {
        removed = true;
        var generation = generation();
        if (generation != null) {
            host.retire(generation);
        }
    }

    /** Whether a change of these files makes the generation stale. */
    boolean staleBy(Set<Path> changed) {
        var watched = watched();
        for (var path : changed) {
            if (concerns(path, watched) && differs(path)) {
                return true;
            }
        }
        return false;
    }

    /** The files and folders that matter to it, as far as known. */
    Set<Path> watched() {
        var watched = new HashSet<>(files);
        watched.add(source.path());
        var generation = generation();
        var folder = source.path().getParent();
        if (generation != null) {
            watched.addAll(generation.files());
        } else if (folder != null && state instanceof State.Faulty) {
            // What a broken source needs is not known: a module it misses may appear beside it.
            watched.add(folder);
        }
        return watched;
    }

    private static boolean concerns(Path path, Set<Path> watched) {
        for (Path part = path; part != null; part = part.getParent()) {
            if (watched.contains(part)) {
                return true;
            }
        }
        return false;
    }

    private boolean differs(Path path) {
        printsLock.lock();
        try {
            return prints.changed(path);
        } finally {
            printsLock.unlock();
        }
    }

    // Loading

    private void meetWishes() {
        var met = 1;
        try {
            do {
                var seen = wishes.get();
                if (!removed) {
                    loadOnce();
                }
                met = wishes.addAndGet(-seen);
            } while (met != 0);
        } catch (InterruptedException _) {
            // The host ends; nobody waits for this app.
            Thread.currentThread().interrupt();
        }
    }

    private void loadOnce() throws InterruptedException {
        var started = System.nanoTime();
        var startedMillis = System.currentTimeMillis();
        var before = generation();
        var first = state instanceof State.Loading;
        // Late events of the save that led here must not lead to another load.
        remember(files, startedMillis);
        try {
            var next = new Generation(host.load(source, source.defaultName()), host.config());
            try {
                startFunctions(next, before);
            } catch (AppLoadException | InterruptedException | RuntimeException e) {
                next.retire(Duration.ZERO);
                throw e;
            }
            remember(next.files(), startedMillis);
            takeOver(next, before);
            if (!first) {
                host.config()
                        .terminal()
                        .show(
                                new Line.Reloaded(
                                        shown, Duration.ofNanos(System.nanoTime() - started)));
            }
        } catch (AppLoadException e) {
            remember(files, startedMillis);
            fail(e.error(), before);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.ERROR, "cannot load " + shown, e);
            remember(files, startedMillis);
            fail(unexpected(e), before);
        }
    }

    private void takeOver(Generation next, @Nullable Generation before) {
        state = new State.Live(next);
        host.changed(this);
        if (host.config().eager() || before != null) {
            next.warm();
        }
        if (before != null) {
            host.retire(before);
        }
        if (removed) {
            host.retire(next);
        }
    }

    private void fail(GuestError error, @Nullable Generation before) {
        var keeps = host.config().keepLastGood() && before != null;
        host.config().terminal().show(new Line.Broken(shown, error, keeps));
        if (keeps) {
            return;
        }
        var labels = new LinkedHashSet<String>();
        if (before != null) {
            before.functions().forEach(function -> labels.add(function.label()));
        } else if (state instanceof State.Faulty(var _, var known)) {
            labels.addAll(known);
        }
        state = new State.Faulty(error, labels);
        host.changed(this);
        if (before != null) {
            host.retire(before);
        }
    }

    private void remember(Set<Path> known, long startedMillis) {
        files = Set.copyOf(known);
        var all = new HashSet<>(known);
        all.add(source.path());
        printsLock.lock();
        try {
            prints.record(all, startedMillis);
        } finally {
            printsLock.unlock();
        }
    }

    /** Starts the functions that were in use before, so that whoever uses them finds them ready. */
    private void startFunctions(Generation next, @Nullable Generation before)
            throws AppLoadException, InterruptedException {
        var used = new HashSet<String>();
        if (before != null) {
            before.functions().stream()
                    .filter(Generation::active)
                    .forEach(function -> used.add(function.label()));
        }
        var starts = new ArrayList<Callable<Void>>();
        for (var function : next.functions()) {
            if (host.config().eager() || used.contains(function.label())) {
                starts.add(() -> {
                    Generation.start(function);
                    return null;
                });
            }
        }
        for (Future<Void> start : host.loads().invokeAll(starts)) {
            try {
                start.get();
            } catch (ExecutionException e) {
                throw new AppLoadException(startFault(e.getCause()));
            }
        }
    }

    private GuestError startFault(@Nullable Throwable cause) {
        return switch (cause) {
            case IsolateStartException e when e.getCause() instanceof AppLoadException load ->
                    load.error();
            case IsolateStartException e -> fault("StartError", String.valueOf(e.getMessage()));
            case TimeoutException e -> fault("StartTimeout", String.valueOf(e.getMessage()));
            case null -> fault("StartError", "the start failed");
            default -> unexpected(cause);
        };
    }

    private GuestError unexpected(Throwable failure) {
        return fault(failure.getClass().getSimpleName(), String.valueOf(failure.getMessage()));
    }

    private GuestError fault(String type, String message) {
        return new GuestError(type, message, Optional.of(shown), Optional.empty(), "");
    }
}
