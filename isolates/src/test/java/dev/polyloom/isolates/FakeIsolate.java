// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An isolate whose start, death and end the test decides. Thread-safe. */
final class FakeIsolate implements Isolate {

    final int number;
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger stops = new AtomicInteger();
    final AtomicInteger kills = new AtomicInteger();
    volatile @Nullable CountDownLatch startGate;
    volatile @Nullable CountDownLatch stopGate;
    volatile @Nullable Throwable startFailure;
    private volatile boolean alive = true;

    FakeIsolate(int number) {
        this.number = number;
    }

    @Override
    public void start() throws IsolateStartException, InterruptedException {
        starts.incrementAndGet();
        var gate = startGate;
        if (gate != null) {
            gate.await();
        }
        var failure = startFailure;
        if (failure != null) {
            alive = false;
            throw new IsolateStartException("line 3: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void stop(Duration grace) {
        stops.incrementAndGet();
        var gate = stopGate;
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        alive = false;
    }

    @Override
    public void kill() {
        kills.incrementAndGet();
        alive = false;
    }

    @Override
    public boolean alive() {
        return alive;
    }

    /** Dies as a crashing guest does. */
    void die() {
        alive = false;
    }

    /** Marks one input as running, and remembers the most at once. */
    void enter() {
        var now = running.incrementAndGet();
        mostRunning.accumulateAndGet(now, Math::max);
    }

    void exit() {
        running.decrementAndGet();
    }

    boolean ended() {
        return stops.get() > 0 || kills.get() > 0;
    }
}
