// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.python.StockKey.Profile;
import dev.polyloom.isolates.Stock;
import dev.polyloom.isolates.Ticker;
import dev.polyloom.python.Environment;
import dev.polyloom.python.PythonInstallation;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes contexts and keeps a few warm ones of each kind in use. Thread-safe; owns the stock, while
 * a claimed context belongs to its claimer.
 */
final class ContextStore implements AutoCloseable {

    private static final Duration BOOT_MAX = Duration.ofMinutes(2);

    /**
     * So that the first inputs of what has just started do not compete with contexts ahead of need.
     */
    private static final long QUIET_MILLIS = 500;

    private static final int HELD_MAX = 8;
    private static final int HELD_PER_KIND = 1;

    private final GuestEngine engine;
    private final PythonInstallation installation;
    private final AtomicInteger waitedFor = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final Set<OwnedContext> living = ConcurrentHashMap.newKeySet();
    private final Set<OwnedContext> waiting = ConcurrentHashMap.newKeySet();
    private final Stock<StockKey, Warming> stock;
    private final AtomicReference<@Nullable Expected> expected = new AtomicReference<>();

    /** A context that was begun before anyone asked for it. */
    private record Expected(StockKey key, OwnedContext context) {}

    /** Makes the contexts that nobody waits for yet. */
    private final class Maker implements Stock.Supplier<StockKey, Warming> {

        @Override
        public Warming begin(StockKey key) {
            return new Warming(make(key), key.profile(), new AtomicBoolean());
        }

        @Override
        public void finish(Warming warming)
                throws GuestFailure, TimeoutException, InterruptedException {
            String first = String.join(",", warming.profile().firstUses());
            warming.context()
                    .ask(
                            BOOT_MAX,
                            runtime -> {
                                if (!warming.claimed().get()) {
                                    runtime.invokeMember("warm", first);
                                }
                                return true;
                            });
        }
    }

    /** A context of the stock; when it has been claimed, warming it would only keep its claimer. */
    private record Warming(OwnedContext context, Profile profile, AtomicBoolean claimed)
            implements AutoCloseable {

        OwnedContext claim() {
            claimed.set(true);
            return context;
        }

        @Override
        public void close() {
            context.close();
        }
    }

    ContextStore(GuestEngine engine, PythonInstallation installation) {
        this.engine = engine;
        this.installation = installation;
        this.stock = new Stock<>("python-stock", HELD_MAX, Ticker.SYSTEM, new Maker());
    }

    /** A context of this kind: a warm one, else one that is being made, else a new one. */
    OwnedContext claim(Environment environment, Profile profile) {
        OwnedContext claimed = find(environment, profile);
        waiting.remove(claimed);
        return claimed;
    }

    private OwnedContext find(Environment environment, Profile profile) {
        StockKey key = new StockKey(environment, profile);
        keep(key);
        Expected begun = expected.get();
        if (begun != null && begun.key().equals(key) && expected.compareAndSet(begun, null)) {
            return begun.context();
        }
        return stock.claim(key)
                .map(Warming::claim)
                .filter(OwnedContext::alive)
                .orElseGet(() -> make(key));
    }

    /** A new context of this kind, for a claimer who is not worth a warm one. */
    OwnedContext fresh(Environment environment, Profile profile) {
        OwnedContext context = make(new StockKey(environment, profile));
        waiting.remove(context);
        return context;
    }

    /** Has a warm context of this kind made, if there is none. */
    void keep(StockKey key) {
        stock.keep(key, HELD_PER_KIND);
    }

    /** Begins a context for the first claim of its kind. */
    void expect(StockKey key) {
        expected.set(new Expected(key, make(key)));
    }

    /**
     * Work is going on that someone waits for: contexts ahead of need are put off until {@link
     * #calm}.
     */
    void busy() {
        if (waitedFor.getAndIncrement() == 0) {
            stock.pause(true);
        }
    }

    /** Ends what {@link #busy} began. */
    void calm() {
        if (waitedFor.decrementAndGet() == 0) {
            CompletableFuture.delayedExecutor(QUIET_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::resume);
        }
    }

    private void resume() {
        if (waitedFor.get() == 0) {
            stock.pause(false);
        }
    }

    private OwnedContext make(StockKey key) {
        OwnedContext context =
                OwnedContext.start(
                        engine,
                        place(key.environment()),
                        key.profile().preimports(),
                        "python-" + made.incrementAndGet(),
                        _ -> {});
        living.add(context);
        waiting.add(context);
        var _ =
                context.ended()
                        .thenRun(() -> {
                            living.remove(context);
                            waiting.remove(context);
                            NativeCopies.sweep(key.environment(), Instant.now());
                        });
        return context;
    }

    /** How many contexts have not ended, by whether an app has them or nobody yet. */
    Map<String, Integer> counts() {
        int stock = waiting.size();
        return Map.of("stock", stock, "claimed", Math.max(0, living.size() - stock));
    }

    private PythonPlace place(Environment environment) {
        return new PythonPlace(
                Map.of(
                        "python.Executable", environment.python().toString(),
                        "python.PythonPath", installation.guest().toString(),
                        "python.DontWriteBytecodeFlag", "true"),
                Map.of(
                        "PATH",
                        environment.bin() + File.pathSeparator + "/usr/local/bin:/usr/bin:/bin",
                        "VIRTUAL_ENV",
                        environment.folder().toString(),
                        "LANG",
                        "C.UTF-8"));
    }

    @Override
    public void close() {
        Expected unused = expected.getAndSet(null);
        if (unused != null) {
            unused.context().end();
        }
        stock.close();
    }
}
