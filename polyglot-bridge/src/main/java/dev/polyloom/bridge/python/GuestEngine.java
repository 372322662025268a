// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AbandonedThreads;
import java.io.OutputStream;
import java.time.Duration;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.io.IOAccess;

/**
 * The one engine of a host, through which all contexts share parsed and compiled code. Thread-safe.
 *
 * <p>Contexts share code only while their engine options and host access agree, so both are fixed
 * here.
 */
final class GuestEngine implements AutoCloseable {

    private static final String INTERPRETED = "Interpreted";

    /** The way out for extensions that fail where contexts share code. */
    private static final String KEEP = "polyloom.share-code";

    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final AbandonedThreads abandoned = new AbandonedThreads();
    private final StartupCode startupCode = StartupCode.watching();
    private final LockTurns turns = LockTurns.watching();
    private final KeptSources sources = new KeptSources();
    private final Engine engine;

    GuestEngine() {
        engine =
                Engine.newBuilder("python")
                        .allowExperimentalOptions(true)
                        .option("engine.WarnInterpreterOnly", "false")
                        .option("engine.WarnVirtualThreadSupport", "false")
                        .build();
    }

    /** Whether guest code is compiled; without it Python runs some hundred times slower. */
    boolean optimizing() {
        return !engine.getImplementationName().equals(INTERPRETED);
    }

    /** The owner threads that could not be stopped. */
    AbandonedThreads abandoned() {
        return abandoned;
    }

    /** The thread makes or starts a context from now on, and runs what runs once. */
    void starting(Thread owner) {
        startupCode.begin(owner);
        sources.begin(owner);
    }

    /** Ends what {@link #starting} began. Idempotent. */
    void started(Thread owner) {
        startupCode.end(owner);
        sources.end(owner);
    }

    /** Has the next contexts find what the one that the calling thread has entered parses. */
    void keepSources() {
        if (!"false".equals(System.getProperty(KEEP))) {
            sources.watch();
        }
    }

    /** Who has the threads of a context take turns. */
    LockTurns turns() {
        return turns;
    }

    /** Makes a context; its owner must initialise and close it. */
    Context newContext(
            PythonPlace place, OutputStream out, OutputStream err, GuestProcesses processes) {
        Context.Builder builder =
                Context.newBuilder("python")
                        .engine(engine)
                        .allowExperimentalOptions(true)
                        .allowHostAccess(HostAccess.EXPLICIT)
                        .allowPolyglotAccess(PolyglotAccess.NONE)
                        .allowIO(IOAccess.ALL)
                        .allowCreateThread(true)
                        .allowCreateProcess(true)
                        .processHandler(processes)
                        .allowNativeAccess(true)
                        .allowEnvironmentAccess(EnvironmentAccess.NONE)
                        .out(out)
                        .err(err)
                        .option("python.PosixModuleBackend", "java")
                        .option("python.IsolateNativeModules", "true")
                        .option("python.ForceImportSite", "true")
                        .option("python.NoUserSiteFlag", "true")
                        .option("python.IgnoreEnvironmentFlag", "true")
                        .option("python.SafePathFlag", "true")
                        .option("python.UnbufferedIO", "true")
                        .option("python.WarnExperimentalFeatures", "false")
                        .option("python.CheckHashPycsMode", "never");
        place.options().forEach(builder::option);
        place.environment().forEach(builder::environment);
        return builder.build();
    }

    /**
     * Closes the engine; waits a while for what still runs. A thread that cannot be stopped stays,
     * and whoever waits for it: they are {@linkplain #abandoned abandoned}.
     */
    @Override
    public void close() {
        startupCode.close();
        turns.close();
        if (abandoned.count() > 0) {
            return;
        }
        Thread closer =
                Thread.ofPlatform()
                        .name("python-engine-closer")
                        .daemon(true)
                        .start(() -> engine.close(true));
        try {
            if (!closer.join(CLOSE_MAX)) {
                abandoned.add(closer, "the Python engine");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
