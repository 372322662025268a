// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static dev.polyloom.isolates.Fakes.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many inputs at once against isolates that start, fail, die and end at random: the invariants of
 * the package's documentation hold.
 */
class PoolRandomTest {

    private static final int INPUTS = 400;

    private final List<FakeIsolate> made = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

    /** Counts what the pool tells, and checks its limits at each event. */
    private final class Auditor implements PoolObserver {
        final ConcurrentHashMap<Long, ReplicaState> states = new ConcurrentHashMap<>();
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        volatile int most;

        @Override
        public void replicaClaimed(long replica) {
            states.put(replica, ReplicaState.CLAIMED);
            var counted = states.values().stream().filter(ReplicaState::counted).count();
            most = (int) Math.max(most, counted);
        }

        @Override
        public void replicaChanged(long replica, ReplicaState from, ReplicaState to) {
            if (states.put(replica, to) != from || !from.mayBecome(to)) {
                fault.compareAndSet(null, new AssertionError(replica + ": " + from + " to " + to));
            }
        }

        @Override
        public void inputAdmitted(long replica, long queued, long starting, boolean cold) {
            begun.incrementAndGet();
        }

        @Override
        public void inputEnded(long replica) {
            ended.incrementAndGet();
        }
    }

    /** Runs under the pool's lock, as all calls of a factory do. */
    private FakeIsolate make(SplittableRandom random) {
        var isolate = new FakeIsolate(made.size());
        if (random.nextInt(12) == 0) {
            isolate.startFailure = new Exception("flaky");
        }
        made.add(isolate);
        return isolate;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void answersEachInputOnceAndKeepsAllLimits(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var max = 1 + random.nextInt(5);
        var inputs = 1 + random.nextInt(3);
        var rule = new PoolConfig.Recycling(random.nextInt(3) * 20L, Duration.ZERO, 0, 0.5);
        var singleUse = random.nextInt(4) == 0;
        var config =
                PoolConfig.DEFAULT
                        .withReplicas(0, max, random.nextInt(2), Duration.ofMillis(2))
                        .withInputs(inputs, 1 + random.nextInt(inputs))
                        .withQueue(50 + random.nextInt(INPUTS), Duration.ofSeconds(20))
                        .withRecycling(singleUse, rule);
        var budget =
                new ReplicaBudget(
                        Math.max(1, max - random.nextInt(2)), 2, () -> ReplicaBudget.Growth.ANY);
        var runtime =
                new PoolRuntime(
                        Ticker.SYSTEM, budget, new TargetScaling(), seed, Duration.ofSeconds(5));
        var auditor = new Auditor();
        var isolates = random.split();
        var pool = new Pool<>("random", config, () -> make(isolates), auditor, runtime);
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < INPUTS; i++) {
            var input = i;
            var own = random.split();
            threads.add(Thread.startVirtualThread(() -> run(pool, input, own, config)));
            if (own.nextInt(40) == 0) {
                threads.getLast().interrupt();
            }
        }
        for (var thread : threads) {
            assertThat(thread.join(Fakes.BOUND)).as("seed %s: an input hangs", seed).isTrue();
        }
        assertThat(fault.get()).as("seed %s", seed).isNull();
        assertThat(pool.drain(Fakes.BOUND)).as("seed %s: drained", seed).isTrue();

        assertThat(answers.values().stream().mapToInt(AtomicInteger::get).sum())
                .isEqualTo(INPUTS - interrupted.get());
        assertThat(answers.values()).allMatch(count -> count.get() == 1);
        assertThat(auditor.most).isLessThanOrEqualTo(max);
        assertThat(auditor.ended.get()).isEqualTo(auditor.begun.get());
        assertThat(auditor.begun.get()).isGreaterThanOrEqualTo(admitted.get());
        assertThat(auditor.states.values()).allMatch(ReplicaState::ended);
        assertThat(pool.stats()).isEqualTo(new PoolStats(0, 0, 0, 0));
        until(() -> budget.used() == 0);
        for (var isolate : made) {
            assertThat(isolate.mostRunning.get()).isLessThanOrEqualTo(singleUse ? 1 : inputs);
            assertThat(isolate.starts.get()).isLessThanOrEqualTo(1);
            assertThat(isolate.starts.get() == 0 || isolate.ended()).isTrue();
        }
    }

    private void run(
            Pool<FakeIsolate> pool, int input, SplittableRandom random, PoolConfig config) {
        try {
            LockSupport.parkNanos(random.nextInt(3_000_000));
            switch (pool.acquire()) {
                case Admitted<FakeIsolate>(var lease) -> {
                    admitted.incrementAndGet();
                    use(lease, random);
                    answered(input);
                }
                case Rejected<FakeIsolate>(var reason, var after, _, _) -> {
                    assertThat(after).as(reason.name()).isPositive();
                    assertThat(config.maxQueued()).isPositive();
                    answered(input);
                }
            }
        } catch (InterruptedException _) {
            interrupted.incrementAndGet();
        } catch (Throwable e) {
            fault.compareAndSet(null, e);
        }
    }

    private void answered(int input) {
        answers.computeIfAbsent(input, _ -> new AtomicInteger()).incrementAndGet();
    }

    private static void use(Lease<FakeIsolate> lease, SplittableRandom random) {
        try (lease) {
            var isolate = lease.isolate();
            isolate.enter();
            if (random.nextBoolean()) {
                LockSupport.parkNanos(random.nextInt(300_000));
            }
            switch (random.nextInt(60)) {
                case 0 -> isolate.die();
                case 1 -> lease.invalidate("random");
                default -> {}
            }
            isolate.exit();
        }
    }
}
