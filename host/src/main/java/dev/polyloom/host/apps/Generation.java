// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.isolates.IsolateStartException;
import dev.polyloom.isolates.Pool;
import dev.polyloom.isolates.ReplicaState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An app as its source stood at one moment: the loaded source, and a pool for each function that is
 * served. Thread-safe. It owns both, and {@link #retire} ends both.
 */
public final class Generation {

    private static final System.Logger LOG = System.getLogger(Generation.class.getName());

    private final LoadedApp loaded;
    private final List<ServedFunction> functions;
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean retired = new AtomicBoolean();

    Generation(LoadedApp loaded, AppsConfig config) {
        this.loaded = loaded;
        var served = new ArrayList<ServedFunction>();
        for (var manifest : loaded.functions()) {
            if (manifest.kind() == WebKind.NONE) {
                continue;
            }
            var label = Labels.of(loaded.name(), manifest, config.labelSuffix());
            var pool =
                    new Pool<>(
                            label,
                            manifest.pool(),
                            new WarmUp(loaded, manifest, config.terminal()),
                            config.observers().observer(loaded.name(), manifest.name()),
                            config.poolRuntime());
            served.add(
                    new ServedFunction(
                            loaded.name(),
                            label,
                            "/" + label,
                            manifest,
                            pool,
                            config.rates().with(manifest.rates()),
                            this));
        }
        this.functions = List.copyOf(served);
    }

    /** The app's name. */
    public String app() {
        return loaded.name();
    }

    /** The functions that are served, in source order. */
    public List<ServedFunction> functions() {
        return functions;
    }

    /** The files whose change makes it stale. */
    Set<Path> files() {
        return loaded.files();
    }

    /** Lets each function begin to start the replicas it always keeps. */
    void warm() {
        functions.forEach(function -> function.pool().warm());
    }

    /**
     * Starts one replica of a function, so that the first request finds it ready and a fault shows
     * now.
     */
    static void start(ServedFunction function)
            throws IsolateStartException, TimeoutException, InterruptedException {
        function.pool().prestart(1, function.manifest().pool().startTimeout());
    }

    /** Whether a function has replicas that are ready. */
    static boolean active(ServedFunction function) {
        return function.pool().snapshot().count(ReplicaState.READY) > 0;
    }

    /**
     * Has an action run when this generation is retired, such as closing a WebSocket; at once when
     * it is already.
     */
    public void onRetire(Runnable action) {
        endings.add(action);
        if (retired.get() && endings.remove(action)) {
            action.run();
        }
    }

    /** Forgets an action. */
    public void cancelOnRetire(Runnable action) {
        endings.remove(action);
    }

    /**
     * Ends this generation: connections that last are told to come again, inputs in flight end,
     * replicas stop, and the source is released. What has not ended within the grace is killed. A
     * second call does nothing. Blocks.
     */
    void retire(Duration grace) {
        if (!retired.compareAndSet(false, true)) {
            return;
        }
        for (var ending : List.copyOf(endings)) {
            if (endings.remove(ending)) {
                ending.run();
            }
        }
        var deadline = System.nanoTime() + grace.toNanos();
        for (var function : functions) {
            drain(function, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        loaded.close();
    }

    private static void drain(ServedFunction function, Duration grace) {
        try {
            if (!function.pool().drain(grace)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> function.label() + " did not end in time and was killed");
            }
        } catch (InterruptedException _) {
            function.pool().close();
            Thread.currentThread().interrupt();
        }
    }
}
