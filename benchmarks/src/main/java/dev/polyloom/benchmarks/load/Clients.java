// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that each send the next request when the answer to the last has come. Thread-safe; ended
 * by {@link #close()}, which waits for the last answers.
 */
public final class Clients implements AutoCloseable {

    private final Exchange exchange;
    private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Sends one request. */
    @FunctionalInterface
    public interface Exchange {

        /** What is wrong with the answer; empty when nothing is. */
        Optional<String> run() throws InterruptedException;
    }

    /**
     * One request that has been answered.
     *
     * @param endNanos when, as {@link System#nanoTime} counts
     * @param nanos how long it took
     * @param fault what was wrong, empty when nothing was
     */
    public record Done(long endNanos, long nanos, Optional<String> fault) {}

    /** Makes none yet. */
    public Clients(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Adds so many clients. To be called by one thread. */
    public void add(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().name("client-" + threads.size()).start(this::run));
        }
    }

    private void run() {
        try {
            while (!ended.get()) {
                long begun = System.nanoTime();
                Optional<String> fault = exchange.run();
                long end = System.nanoTime();
                done.add(new Done(end, end - begun, fault));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that has been answered, in the order of the answers. */
    public List<Done> done() {
        return List.copyOf(done);
    }

    /** How many were answered rightly since a moment. */
    public long rightSince(long nanoTime) {
        return done.stream()
                .filter(one -> one.endNanos() - nanoTime >= 0 && one.fault().isEmpty())
                .count();
    }

    @Override
    public void close() {
        ended.set(true);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
