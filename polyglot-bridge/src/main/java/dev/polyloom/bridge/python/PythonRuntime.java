// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.proxy.HostPorts;
import dev.polyloom.bridge.proxy.ReplicaNetworks;
import dev.polyloom.bridge.python.ManifestReader.AppManifest;
import dev.polyloom.python.Environment;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.EnvironmentSpec;
import dev.polyloom.python.Environments;
import dev.polyloom.python.PythonInstallation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Loads Python apps into GraalPy contexts. Thread-safe.
 *
 * <p>A source is scanned as text for the packages it asks for, imported in a context that has them,
 * and imported again in a better one when it turns out to ask for more.
 */
public final class PythonRuntime implements AppRuntime {

    /**
     * Generous, because the first import on a busy machine takes its time and a stuck one harms
     * only its app.
     */
    private static final Duration LOAD_MAX = Duration.ofMinutes(5);

    /** What every environment has; asking for one of these by name alone asks for nothing more. */
    private static final Set<String> BASE_PACKAGES =
            Set.of(
                    "fastapi",
                    "flask",
                    "jinja2",
                    "pydantic",
                    "python-multipart",
                    "starlette",
                    "tzdata");

    private static final String RESOURCES = "polyglot.engine.userResourceCache";

    private final GuestEngine engine;
    private final Environments environments;
    private final Environment base;
    private final ContextStore contexts;
    private final Unclaimed unclaimed = new Unclaimed();
    private final Watchdog watchdog = new Watchdog();
    private final AtomicLong generations = new AtomicLong();
    private final Servers servers = new Servers(new ReplicaNetworks(), new HostPorts(), watchdog);

    /**
     * Starts an engine; contexts come with the first app.
     *
     * @throws IllegalStateException when the engine cannot be made, such as with the wrong JVM
     *     options
     */
    public PythonRuntime(PythonInstallation installation) {
        if (System.getProperty(RESOURCES) == null) {
            System.setProperty(RESOURCES, installation.resources().toString());
        }
        engine = new GuestEngine();
        environments = new Environments(installation);
        base = installation.base();
        contexts = new ContextStore(engine, installation);
    }

    /** A context of some kind that has imported an app's source, and what it found there. */
    record Loaded(OwnedContext context, AppManifest manifest, StockKey kind) {}

    /** Begins a context that suits this source, for the first app that is loaded to find. */
    public void expect(Path source) {
        contexts.expect(new StockKey(base, SourceText.profile(source)));
    }

    @Override
    public AppSource.Language language() {
        return AppSource.Language.PYTHON;
    }

    /**
     * Has the servers of functions run in the host's own network; to be called before the first.
     */
    public void shareNetwork() {
        servers.networks().share();
    }

    /** Whether guest code is compiled. Without it Python runs about a hundred times slower. */
    public boolean optimizing() {
        return engine.optimizing();
    }

    @Override
    public LoadedApp load(AppSource source, AppContext context)
            throws AppLoadException, InterruptedException {
        contexts.busy();
        try {
            AppImport imports = new AppImport(source, context);
            Loaded loaded = discover(source, context, imports);
            return new PythonApp(
                    this, generations.incrementAndGet(), source, context, imports, loaded);
        } catch (GuestFailure e) {
            throw new AppLoadException(e.error());
        } catch (EnvironmentException e) {
            throw new AppLoadException(
                    new GuestError(
                            "EnvironmentError",
                            String.valueOf(e.getMessage()),
                            Optional.of(source.path().toString()),
                            Optional.empty(),
                            e.output()));
        } catch (TimeoutException _) {
            throw new AppLoadException(
                    new GuestError(
                            "TimeoutError",
                            "importing it took longer than " + LOAD_MAX.toMinutes() + " minutes",
                            Optional.of(source.path().toString()),
                            Optional.empty(),
                            ""));
        } finally {
            contexts.calm();
        }
    }

    private Loaded discover(AppSource source, AppContext appContext, AppImport imports)
            throws GuestFailure, EnvironmentException, TimeoutException, InterruptedException {
        StockKey kind = new StockKey(base, SourceText.profile(source.path()));
        OwnedContext context = contexts.claim(kind);
        SourceScan scan;
        try {
            scan =
                    ManifestReader.scan(
                            context.ask(
                                    LOAD_MAX,
                                    runtime ->
                                            runtime.invokeMember("scan", source.path().toString())
                                                    .asString()));
        } catch (GuestFailure | TimeoutException | InterruptedException e) {
            context.kill();
            throw e;
        }
        EnvironmentSpec spec = scan.beyond(BASE_PACKAGES).environment();
        if (!spec.asksNothing()) {
            context.end();
            kind = kind.in(environments.ensure(spec, appContext::progress));
            context = contexts.claim(kind);
        }
        Loaded loaded = new Loaded(context, imports.into(context, LOAD_MAX), kind);
        SourceScan declared = scan.with(loaded.manifest().functions()).beyond(BASE_PACKAGES);
        if (declared.equals(scan.beyond(BASE_PACKAGES))) {
            return loaded;
        }
        loaded.context().end();
        kind = kind.in(environments.ensure(declared.environment(), appContext::progress));
        context = contexts.claim(kind);
        return new Loaded(context, imports.into(context, LOAD_MAX), kind);
    }

    ContextStore contextStore() {
        return contexts;
    }

    Unclaimed unclaimed() {
        return unclaimed;
    }

    @Override
    public Map<String, Integer> contexts() {
        return contexts.counts();
    }

    @Override
    public void tight(boolean scarce) {
        if (scarce) {
            contexts.scarce();
        } else {
            contexts.calm();
        }
    }

    @Override
    public int abandonedThreads() {
        return engine.abandoned().count();
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Servers servers() {
        return servers;
    }

    @Override
    public void close() {
        contexts.close();
        servers.networks().close();
        watchdog.close();
        engine.close();
    }
}
