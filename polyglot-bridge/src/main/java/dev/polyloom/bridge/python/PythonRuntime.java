// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Target;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.python.ManifestReader.AppManifest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads Python apps into GraalPy contexts. Thread-safe. */
public final class PythonRuntime implements AppRuntime {

    private static final Duration LOAD_MAX = Duration.ofMinutes(2);

    private final GuestEngine engine = new GuestEngine();
    private final Watchdog watchdog = new Watchdog();
    private final AtomicInteger contexts = new AtomicInteger();
    private final PythonPlace place;

    PythonRuntime(PythonPlace place) {
        this.place = place;
    }

    /** A context that has imported an app's source, and what it found there. */
    record Loaded(OwnedContext context, AppManifest manifest) {}

    @Override
    public AppSource.Language language() {
        return AppSource.Language.PYTHON;
    }

    @Override
    public LoadedApp load(AppSource source, AppContext context)
            throws AppLoadException, InterruptedException {
        try {
            Loaded loaded = loaded(source, context, LOAD_MAX);
            return new PythonApp(this, source, context, loaded.manifest(), loaded.context());
        } catch (GuestFailure e) {
            throw new AppLoadException(e.error());
        } catch (TimeoutException _) {
            throw new AppLoadException(
                    new GuestError(
                            "TimeoutError",
                            "importing it took longer than " + LOAD_MAX.toSeconds() + " s",
                            java.util.Optional.of(source.path().toString()),
                            java.util.Optional.empty(),
                            ""));
        }
    }

    /** Claims a context and imports an app's source in it. */
    Loaded loaded(AppSource source, AppContext appContext, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        OwnedContext context =
                OwnedContext.start(
                        engine,
                        place,
                        List.of(),
                        "python-" + contexts.incrementAndGet(),
                        line -> {});
        context.output(
                line -> appContext.output(source.defaultName(), false, line),
                line -> appContext.output(source.defaultName(), true, line));
        boolean done = false;
        try {
            String json =
                    context.ask(
                            bound,
                            runtime ->
                                    runtime.invokeMember(
                                                    "load",
                                                    source.path().toString(),
                                                    source.target().map(Target::name).orElse(null),
                                                    source.target()
                                                            .map(PythonRuntime::kind)
                                                            .orElse(null),
                                                    source.factory(),
                                                    source.defaultName())
                                            .asString());
            Loaded loaded = new Loaded(context, ManifestReader.read(json));
            done = true;
            return loaded;
        } finally {
            if (!done) {
                context.kill();
            }
        }
    }

    private static String kind(Target target) {
        return switch (target) {
            case Target.Attribute _ -> "attribute";
            case Target.Function _ -> "function";
        };
    }

    Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public void close() {
        watchdog.close();
        engine.close();
    }
}
