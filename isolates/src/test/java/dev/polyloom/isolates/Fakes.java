// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A pool of fake isolates under a manual clock, and what tests of it need. */
final class Fakes implements AutoCloseable {

    static final Duration BOUND = Duration.ofSeconds(20);

    final ManualTicker ticker = new ManualTicker();
    final List<FakeIsolate> made = new CopyOnWriteArrayList<>();
    final List<String> trail = new CopyOnWriteArrayList<>();
    volatile Consumer<FakeIsolate> prepare = _ -> {};
    final ReplicaBudget budget;
    final PoolRuntime runtime;
    final Pool<FakeIsolate> pool;

    Fakes(PoolConfig config) {
        this(config, ReplicaBudget.unlimited());
    }

    Fakes(PoolConfig config, ReplicaBudget budget) {
        this(config, budget, new TargetScaling());
    }

    Fakes(PoolConfig config, ReplicaBudget budget, ScalingPolicy policy) {
        this.budget = budget;
        this.runtime = new PoolRuntime(ticker, budget, policy, 7, Duration.ofSeconds(5));
        this.pool = pool("square", config);
    }

    Pool<FakeIsolate> pool(String name, PoolConfig config) {
        return new Pool<>(name, config, this::make, new TrailObserver(trail), runtime);
    }

    private FakeIsolate make() {
        var isolate = new FakeIsolate(made.size() + 1);
        prepare.accept(isolate);
        made.add(isolate);
        return isolate;
    }

    static PoolConfig config(int min, int max, int inputs) {
        return PoolConfig.DEFAULT
                .withReplicas(min, max, 0, Duration.ofSeconds(60))
                .withInputs(inputs, inputs);
    }

    /** Acquires a lease at once or fails. */
    Lease<FakeIsolate> lease() {
        return leaseOf(later());
    }

    /** Acquires on a virtual thread of its own. */
    CompletableFuture<Admission<FakeIsolate>> later() {
        return later(pool);
    }

    static CompletableFuture<Admission<FakeIsolate>> later(Pool<FakeIsolate> pool) {
        return later(pool::acquire);
    }

    static CompletableFuture<Admission<FakeIsolate>> later(
            Callable<Admission<FakeIsolate>> acquire) {
        var answer = new CompletableFuture<Admission<FakeIsolate>>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(acquire.call());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Acquires on a thread of its own and returns once the input is in the queue. */
    CompletableFuture<Admission<FakeIsolate>> queued() {
        var before = pool.stats().backlog();
        var answer = later();
        until(() -> pool.stats().backlog() > before || answer.isDone());
        return answer;
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            return fail("no answer", e);
        }
    }

    static Lease<FakeIsolate> leaseOf(CompletableFuture<Admission<FakeIsolate>> answer) {
        return switch (get(answer)) {
            case Admitted<FakeIsolate>(var lease) -> lease;
            case Rejected<FakeIsolate> refused -> fail("refused: " + refused);
        };
    }

    static Rejected<FakeIsolate> refusalOf(CompletableFuture<Admission<FakeIsolate>> answer) {
        return switch (get(answer)) {
            case Admitted<FakeIsolate> admitted -> fail("admitted: " + admitted);
            case Rejected<FakeIsolate> refused -> refused;
        };
    }

    /** Waits for a condition that other threads bring about. */
    static void until(BooleanSupplier condition) {
        var deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(200_000);
        }
    }

    void advance(Duration time) {
        ticker.advance(time);
        pool.tick();
    }

    int count(ReplicaState state) {
        return pool.snapshot().count(state);
    }

    @Override
    public void close() {
        pool.close();
    }
}
