// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.isolates.Stock;
import dev.polyloom.isolates.StockRest;
import dev.polyloom.isolates.Ticker;
import dev.polyloom.python.Environment;
import dev.polyloom.python.PythonInstallation;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes contexts and keeps a few warm ones of each kind in use. Thread-safe; owns the stock, while
 * a claimed context belongs to its claimer.
 */
final class ContextStore implements AutoCloseable {

    private static final Duration BOOT_MAX = Duration.ofMinutes(2);

    private static final int HELD_MAX = 8;
    private static final int HELD_PER_KIND = 1;
    private static final int IMPORTED_MAX = 4;

    private final GuestEngine engine;
    private final PythonInstallation installation;
    private final AtomicInteger made = new AtomicInteger();
    private final Set<OwnedContext> living = ConcurrentHashMap.newKeySet();
    private final Set<OwnedContext> waiting = ConcurrentHashMap.newKeySet();
    private final Stock<StockKey, WarmContext> stock;
    private final StockRest rest;
    private final ReentrantLock importedLock = new ReentrantLock();
    private final Deque<StockKey> imported = new ArrayDeque<>(); // guarded by the lock
    private final AtomicReference<@Nullable Expected> expected = new AtomicReference<>();

    /** A context that was begun before anyone asked for it. */
    private record Expected(StockKey key, OwnedContext context) {}

    /** Makes the contexts that nobody waits for yet. */
    private final class Maker implements Stock.Supplier<StockKey, WarmContext> {

        @Override
        public WarmContext begin(StockKey key) {
            return new WarmContext(key.app().isPresent() ? find(key.general()) : make(key), key);
        }

        @Override
        public void finish(WarmContext warming)
                throws GuestFailure, TimeoutException, InterruptedException {
            try {
                warming.finish(BOOT_MAX);
            } catch (GuestFailure | TimeoutException e) {
                if (warming.key().app().isPresent()) {
                    // What does not import now is not to use the stock up; its next start tells.
                    forgetImported(warming.key());
                }
                throw e;
            }
        }
    }

    ContextStore(GuestEngine engine, PythonInstallation installation) {
        this.engine = engine;
        this.installation = installation;
        this.stock = new Stock<>("python-stock", HELD_MAX, Ticker.SYSTEM, new Maker());
        this.rest = new StockRest(stock);
    }

    /** A context of this kind: a warm one, else one that is being made, else a new one. */
    OwnedContext claim(StockKey key) {
        OwnedContext claimed = find(key);
        waiting.remove(claimed);
        return claimed;
    }

    /**
     * A context that has this app imported, if there is one or one is being made; else one like it
     * will be made for the next.
     */
    Optional<OwnedContext> claimImported(StockKey key, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        Optional<WarmContext> warm = stock.claim(key);
        if (warm.isEmpty()) {
            return Optional.empty();
        }
        OwnedContext claimed = warm.get().claimImported(bound);
        waiting.remove(claimed);
        return Optional.of(claimed).filter(OwnedContext::alive);
    }

    private OwnedContext find(StockKey key) {
        keep(key);
        Expected begun = expected.get();
        if (begun != null && begun.key().equals(key) && expected.compareAndSet(begun, null)) {
            return begun.context();
        }
        return stock.claim(key)
                .map(WarmContext::claim)
                .filter(OwnedContext::alive)
                .orElseGet(() -> make(key));
    }

    /** A new context of this kind, for a claimer who is not worth a warm one. */
    OwnedContext fresh(StockKey key) {
        OwnedContext context = make(key);
        waiting.remove(context);
        return context;
    }

    /** Has a warm context of this kind made, if there is none. */
    void keep(StockKey key) {
        stock.keep(key, HELD_PER_KIND);
    }

    /** Has a context with an app imported wait for the next claim; those of a few apps do. */
    void keepImported(StockKey key) {
        Optional<StockKey> eldest = Optional.empty();
        importedLock.lock();
        try {
            imported.remove(key);
            imported.addLast(key);
            if (imported.size() > IMPORTED_MAX) {
                eldest = Optional.of(imported.removeFirst());
            }
        } finally {
            importedLock.unlock();
        }
        eldest.ifPresent(old -> stock.keep(old, 0));
        keep(key);
    }

    /** Ends what waits with an app imported. */
    void forgetImported(StockKey key) {
        importedLock.lock();
        try {
            imported.remove(key);
        } finally {
            importedLock.unlock();
        }
        stock.keep(key, 0);
    }

    /**
     * Memory is scarce: ends all that wait with an app imported, and makes nothing ahead of need.
     */
    void scarce() {
        List<StockKey> all;
        importedLock.lock();
        try {
            all = List.copyOf(imported);
            imported.clear();
        } finally {
            importedLock.unlock();
        }
        all.forEach(key -> stock.keep(key, 0));
        busy();
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
        rest.busy();
    }

    /** Ends what {@link #busy} began. */
    void calm() {
        rest.calm();
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
