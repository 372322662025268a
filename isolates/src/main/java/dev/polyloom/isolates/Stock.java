// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Things made ahead of need, so many for each key: pre-warmed contexts by environment. Thread-safe.
 *
 * <p>One virtual thread refills, one thing at a time, the key that was asked for last first; it
 * lives only while something is missing. Failures of the supplier hold its key back, exponentially
 * longer. The stock owns what it holds and closes it; what was claimed is the claimer's.
 *
 * <p>All state is guarded by one lock, which is never held while something is made or closed.
 *
 * @param <K> the kind of key
 * @param <C> the kind of thing
 */
public final class Stock<K, C extends AutoCloseable> implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Stock.class.getName());

    private final String name;
    private final Supplier<K, C> supplier;
    private final int maxHeld;
    private final Ticker ticker;
    private final RandomGenerator random;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<K, Shelf<C>> shelves = new HashMap<>();
    private @Nullable Thread refiller;
    private @Nullable Making<K, C> making;
    private long touches;
    private boolean paused;
    private boolean closed;

    /**
     * Makes one thing, in two steps: who claims it between them gets it as it is, rather than none.
     * Runs on a virtual thread and may block; it must end when interrupted.
     *
     * @param <K> the kind of key
     * @param <C> the kind of thing
     */
    @FunctionalInterface
    public interface Supplier<K, C> {

        /**
         * {@return a new thing for the key, which can be used, if not at its best}
         *
         * @param key the key
         * @throws Exception when it cannot; the key is then held back for a while
         */
        C begin(K key) throws Exception;

        /**
         * Waits for the thing to be at its best. It may be claimed meanwhile; what comes of this is
         * then of no interest.
         *
         * @param thing what was begun
         * @throws Exception when it will not; the thing is closed, and its key held back for a
         *     while
         */
        default void finish(C thing) throws Exception {}
    }

    /** What has been begun and not been finished; each is only equal to itself. */
    private static final class Making<K, C> {
        final K key;
        final C thing;

        Making(K key, C thing) {
            this.key = key;
            this.thing = thing;
        }
    }

    /** What is there for one key. */
    private static final class Shelf<C> {
        final Deque<C> held = new ArrayDeque<>();
        final StartBackoff backoff;
        int wanted;
        long touched;

        Shelf(RandomGenerator random) {
            backoff = new StartBackoff(random);
        }

        boolean lacks() {
            return held.size() < wanted;
        }
    }

    /**
     * Creates an empty stock.
     *
     * @param name for threads and logs
     * @param maxHeld most things it holds over all keys
     * @param ticker the clock for holding failing keys back
     * @param supplier makes the things
     */
    public Stock(String name, int maxHeld, Ticker ticker, Supplier<K, C> supplier) {
        if (maxHeld < 0) {
            throw new IllegalArgumentException("a stock cannot hold fewer than 0 things");
        }
        this.name = name;
        this.maxHeld = maxHeld;
        this.ticker = ticker;
        this.supplier = supplier;
        this.random = RandomGenerator.of("L64X128MixRandom");
    }

    /**
     * Says how many things to hold for a key; the stock begins to make what is missing and closes
     * what is too much. 0 forgets the key. Does nothing after {@link #close()}.
     *
     * @param key the key
     * @param count how many
     */
    public void keep(K key, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a stock cannot hold fewer than 0 things");
        }
        var surplus = new ArrayDeque<C>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            var shelf = shelves.computeIfAbsent(key, _ -> new Shelf<>(random));
            shelf.wanted = count;
            shelf.touched = ++touches;
            while (shelf.held.size() > count) {
                surplus.add(shelf.held.removeLast());
            }
            if (count == 0) {
                shelves.remove(key);
            }
            wakeRefiller();
        } finally {
            lock.unlock();
        }
        surplus.forEach(this::discard);
    }

    /**
     * Takes a thing for the key if there is one, else the one that is being made, if it is for the
     * key, and has it replaced. Does not block.
     *
     * @param key the key
     * @return the thing, which is the caller's to close, or nothing
     */
    public Optional<C> claim(K key) {
        lock.lock();
        try {
            var shelf = shelves.get(key);
            if (shelf == null) {
                return Optional.empty();
            }
            shelf.touched = ++touches;
            var thing = Optional.ofNullable(shelf.held.pollFirst());
            if (thing.isEmpty() && making != null && making.key.equals(key)) {
                thing = Optional.of(making.thing);
                making = null;
            }
            wakeRefiller();
            changed.signalAll();
            return thing;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts refilling off, while the host has better use for its processors, or resumes it.
     *
     * @param on whether to put it off
     */
    public void pause(boolean on) {
        lock.lock();
        try {
            paused = on;
            wakeRefiller();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * {@return how many things there are for the key}
     *
     * @param key the key
     */
    public int held(K key) {
        lock.lock();
        try {
            var shelf = shelves.get(key);
            return shelf == null ? 0 : shelf.held.size();
        } finally {
            lock.unlock();
        }
    }

    /** Closes all it holds and ends its thread. Things that are being made are closed once made. */
    @Override
    public void close() {
        var all = new ArrayDeque<C>();
        lock.lock();
        try {
            closed = true;
            shelves.values().forEach(shelf -> all.addAll(shelf.held));
            shelves.clear();
            changed.signalAll();
            if (refiller != null) {
                refiller.interrupt();
            }
        } finally {
            lock.unlock();
        }
        all.forEach(this::discard);
    }

    // Refilling

    private void wakeRefiller() {
        if (refiller == null
                && !closed
                && !paused
                && shelves.values().stream().anyMatch(Shelf::lacks)) {
            refiller =
                    Thread.ofVirtual()
                            .name("polyloom-stock-" + name)
                            .inheritInheritableThreadLocals(false)
                            .start(this::refill);
        }
        changed.signalAll();
    }

    private void refill() {
        try {
            for (var key = next(); key.isPresent(); key = next()) {
                fill(key.get());
            }
        } catch (InterruptedException _) {
            // Only close() interrupts; there is nothing left to do.
            endRefiller();
        }
    }

    /** The key to make a thing for; waits while all that lack something are held back. */
    private Optional<K> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && !paused && room()) {
                var now = ticker.nanos();
                var wait = Long.MAX_VALUE;
                K best = null;
                var latest = -1L;
                for (var entry : shelves.entrySet()) {
                    var shelf = entry.getValue();
                    if (!shelf.lacks()) {
                        continue;
                    }
                    var rest = shelf.backoff.remaining(now);
                    wait = Math.min(wait, rest);
                    if (rest == 0 && shelf.touched > latest) {
                        best = entry.getKey();
                        latest = shelf.touched;
                    }
                }
                if (best != null) {
                    return Optional.of(best);
                }
                if (wait == Long.MAX_VALUE) {
                    break;
                }
                var _ = changed.await(wait, TimeUnit.NANOSECONDS);
            }
            refiller = null;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean room() {
        return shelves.values().stream().mapToInt(shelf -> shelf.held.size()).sum() < maxHeld;
    }

    private void endRefiller() {
        lock.lock();
        try {
            refiller = null;
        } finally {
            lock.unlock();
        }
    }

    private void fill(K key) throws InterruptedException {
        Making<K, C> begun = null;
        try {
            begun = begin(key);
            supplier.finish(begun.thing);
        } catch (InterruptedException e) {
            abandon(begun);
            throw e;
        } catch (Exception | Error failure) { // one key's fault must not end the stock
            if (begun == null || abandon(begun)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "stock " + name + " cannot make " + key,
                        failure);
                failed(key, failure);
            }
            return;
        }
        if (!shelve(begun)) {
            abandon(begun);
        }
    }

    private Making<K, C> begin(K key) throws Exception {
        var begun = new Making<>(key, supplier.begin(key));
        lock.lock();
        try {
            making = begun;
        } finally {
            lock.unlock();
        }
        return begun;
    }

    /** Closes what was begun, unless it has been claimed; says whether it did. */
    private boolean abandon(@Nullable Making<K, C> begun) {
        lock.lock();
        try {
            if (begun == null || making != begun) {
                return false;
            }
            making = null;
        } finally {
            lock.unlock();
        }
        discard(begun.thing);
        return true;
    }

    private void failed(K key, Throwable failure) {
        lock.lock();
        try {
            var shelf = shelves.get(key);
            if (shelf != null) {
                shelf.backoff.failed(ticker.nanos(), failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Holds what has been made; false if it has been claimed or is not wanted any more. */
    private boolean shelve(Making<K, C> made) {
        lock.lock();
        try {
            var shelf = shelves.get(made.key);
            if (making != made || shelf == null || !shelf.lacks()) {
                return false;
            }
            making = null;
            shelf.backoff.succeeded();
            shelf.held.addLast(made.thing);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void discard(C thing) {
        try {
            thing.close();
        } catch (Exception failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "stock " + name + " cannot close a thing",
                    failure);
        }
    }
}
