// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.bridge.python.ManifestReader.AppManifest;
import dev.polyloom.bridge.python.ManifestReader.Entry;
import dev.polyloom.bridge.python.StockKey.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Value;

/** One generation of a Python app. Thread-safe. */
final class PythonApp implements LoadedApp {

    /** A longer import is worth a context that has done it, for the next start. */
    private static final long LONG_IMPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final PythonRuntime runtime;
    private final long generation;
    private final AppSource source;
    private final AppContext appContext;
    private final AppManifest manifest;
    private final AppImport imports;
    private volatile StockKey kind;
    private final Map<String, Entry> entries;
    private volatile boolean closed;
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** The context that discovered the app, kept for the first replica. */
    private final Unclaimed.Place discoverer;

    /**
     * An app that has been imported.
     *
     * @param generation greater than that of every app loaded before
     */
    PythonApp(
            PythonRuntime runtime,
            long generation,
            AppSource source,
            AppContext appContext,
            AppImport imports,
            PythonRuntime.Loaded loaded) {
        this.runtime = runtime;
        this.generation = generation;
        this.source = source;
        this.appContext = appContext;
        this.manifest = loaded.manifest();
        this.imports = imports;
        this.kind = loaded.kind();
        this.entries =
                manifest.functions().stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> entry.function().name(),
                                        entry -> entry,
                                        (first, _) -> first,
                                        LinkedHashMap::new));
        this.discoverer = runtime.unclaimed().keep(loaded.context());
    }

    @Override
    public String name() {
        return manifest.name();
    }

    @Override
    public List<FunctionManifest> functions() {
        return entries.values().stream().map(Entry::function).toList();
    }

    @Override
    public WebIsolate isolate(FunctionManifest function) {
        Entry entry = entries.get(function.name());
        if (entry != null && entry.server().isPresent()) {
            return new ServerIsolate(
                    this, function, entry.server().get(), appContext, runtime.servers());
        }
        return new PythonIsolate(this, function, appContext, runtime.watchdog());
    }

    /** A function of this source, whichever its generation. */
    Object identity(FunctionManifest function) {
        return List.of(source.path(), function.name());
    }

    long generation() {
        return generation;
    }

    @Override
    public Set<Path> files() {
        return Set.copyOf(manifest.files());
    }

    /**
     * A context that has imported the app: the one that discovered it, or one from stock. A
     * function whose last start failed gets a new one, so that it does not drain the stock.
     */
    OwnedContext claim(String function, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        OwnedContext first = discoverer.take();
        if (first != null && first.alive()) {
            return first;
        }
        ContextStore contexts = runtime.contextStore();
        contexts.busy();
        try {
            if (failing.contains(function)) {
                return imported(contexts.fresh(kind), bound);
            }
            Optional<OwnedContext> waiting = contexts.claimImported(kind.with(imports), bound);
            return waiting.isPresent() ? waiting.get() : importedNow(contexts, bound);
        } finally {
            contexts.calm();
        }
    }

    private OwnedContext importedNow(ContextStore contexts, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        StockKey suits = kind;
        OwnedContext context = contexts.claim(suits);
        long begun = System.nanoTime();
        imported(context, bound);
        if (System.nanoTime() - begun > LONG_IMPORT_NANOS) {
            contexts.keepImported(suits.with(imports));
        }
        if (closed) {
            contexts.forgetImported(suits.with(imports));
        }
        return context;
    }

    private OwnedContext imported(OwnedContext context, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        var _ = imports.into(context, bound);
        return context;
    }

    /** How the last start of a function went. */
    void started(String function, boolean well) {
        if (well) {
            failing.remove(function);
        } else {
            failing.add(function);
        }
    }

    /**
     * A replica has started, and shows what its source's text did not: that it has imported a
     * framework. From now on contexts that have it wait for the next one.
     */
    void learn(Value started) {
        StockKey known = kind;
        if (known.profile() != Profile.PLAIN) {
            return;
        }
        for (Profile profile : Profile.values()) {
            if (!profile.mark().isEmpty()
                    && started.invokeMember("imported", profile.mark()).asBoolean()) {
                kind = new StockKey(known.environment(), profile);
                runtime.contextStore().forgetImported(known.with(imports));
                runtime.contextStore().keep(kind);
            }
        }
    }

    /** The variables a function starts with: its image's, then its secrets', as a flat string. */
    String environmentOf(FunctionManifest function) throws GuestFailure {
        Map<String, String> variables = new LinkedHashMap<>();
        Entry entry = entries.get(function.name());
        if (entry != null) {
            variables.putAll(entry.environment());
        }
        for (String secret : function.secrets()) {
            variables.putAll(
                    appContext
                            .secret(secret)
                            .orElseThrow(() ->
                                    new GuestFailure(
                                            GuestFaults.error(
                                                    "NotFoundError",
                                                    "secret '"
                                                            + secret
                                                            + "' is not known; give it with --secret "
                                                            + secret
                                                            + ":KEY=VALUE",
                                                    null,
                                                    0,
                                                    ""),
                                            null)));
        }
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + '\0' + variable.getValue())
                .collect(Collectors.joining("\0"));
    }

    @Override
    public void close() {
        closed = true;
        discoverer.close();
        runtime.contextStore().forgetImported(kind.with(imports));
    }
}
