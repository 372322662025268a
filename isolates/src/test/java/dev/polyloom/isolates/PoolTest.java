// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static dev.polyloom.isolates.Fakes.config;
import static dev.polyloom.isolates.Fakes.leaseOf;
import static dev.polyloom.isolates.Fakes.refusalOf;
import static dev.polyloom.isolates.Fakes.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.isolates.Admission.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PoolTest {

    @Test
    void startsAReplicaForTheFirstInputAndKeepsItForTheNext() {
        try (var fakes = new Fakes(config(0, 2, 1))) {
            try (var first = fakes.lease()) {
                assertThat(first.cold()).isTrue();
                assertThat(first.isolate().number).isEqualTo(1);
            }
            try (var second = fakes.lease()) {
                assertThat(second.cold()).isFalse();
                assertThat(second.queued()).isZero();
                assertThat(second.isolate().number).isEqualTo(1);
            }
            assertThat(fakes.made).hasSize(1);
        }
    }

    @Test
    void admitsInputsThatWaitInTheOrderTheyCame() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var waiting = new ArrayList<CompletableFuture<Admission<FakeIsolate>>>();
            for (var i = 0; i < 20; i++) {
                waiting.add(fakes.queued());
            }
            for (var next : waiting) {
                assertThat(waiting.stream().filter(CompletableFuture::isDone)).isEmpty();
                holder.close();
                holder = leaseOf(next);
                waiting = new ArrayList<>(waiting.subList(1, waiting.size()));
            }
            holder.close();
        }
    }

    /** A client's next request comes before the replica has done with the one it was answered. */
    @Test
    void startsNoOtherReplicaForAnInputThatWaitsAMoment() {
        var patience = Duration.ofMillis(200);
        var budget = ReplicaBudget.unlimited();
        try (var fakes = new Fakes(config(0, 3, 1), budget, new TargetScaling(patience))) {
            var last = fakes.lease();
            for (var i = 0; i < 10; i++) {
                var next = fakes.queued();
                fakes.advance(Duration.ofMillis(150));
                last.close();
                last = leaseOf(next);
            }
            assertThat(fakes.made).hasSize(1);
            var next = fakes.queued();
            fakes.advance(patience);
            leaseOf(next).close();
            assertThat(fakes.made).hasSize(2);
            last.close();
        }
    }

    @Test
    void picksTheReplicaWithTheFewestInputs() {
        try (var fakes = new Fakes(config(2, 2, 4))) {
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.READY) == 2);
            var a = fakes.lease();
            var b = fakes.lease();
            var c = fakes.lease();
            assertThat(b.isolate()).isNotSameAs(a.isolate());
            b.close();
            try (var d = fakes.lease()) {
                assertThat(d.isolate()).isSameAs(b.isolate());
            }
            a.close();
            c.close();
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueue() {
        var config = config(0, 1, 1).withQueue(2, Duration.ofSeconds(60));
        try (var fakes = new Fakes(config)) {
            var holder = fakes.lease();
            var first = fakes.queued();
            var second = fakes.queued();
            var refused = refusalOf(fakes.later());
            assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL);
            assertThat(refused.retryAfter()).isPositive();
            holder.close();
            leaseOf(first).close();
            leaseOf(second).close();
        }
    }

    @Test
    void refusesAnInputThatHasWaitedForItsWholeTime() {
        try (var fakes = new Fakes(config(0, 1, 1).withQueue(9, Duration.ofSeconds(10)))) {
            var holder = fakes.lease();
            var late = fakes.queued();
            fakes.advance(Duration.ofSeconds(9));
            assertThat(late).isNotDone();
            fakes.advance(Duration.ofSeconds(1));
            assertThat(refusalOf(late).reason()).isEqualTo(Reason.QUEUE_TIMEOUT);
            holder.close();
        }
    }

    @Test
    void forgetsAnInputThatNobodyWantsAnyLonger() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var leave = new CompletableFuture<Runnable>();
            var given = Fakes.later(() -> fakes.pool.acquire(leave::complete));
            Fakes.get(leave);
            var next = fakes.queued();
            Fakes.get(leave).run();
            assertThat(refusalOf(given).reason()).isEqualTo(Reason.ABANDONED);
            holder.close();
            leaseOf(next).close();
            assertThat(fakes.made).hasSize(1);
        }
    }

    @Test
    void letsAnInputBeginInTheThreadThatGivesThePlaceBack() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var began = new CompletableFuture<Thread>();
            var waits = new CompletableFuture<Runnable>();
            var given =
                    Fakes.later(() ->
                            fakes.pool.acquire(
                                    waits::complete,
                                    lease -> {
                                        assertThat(lease.isolate()).isSameAs(holder.isolate());
                                        began.complete(Thread.currentThread());
                                        return false;
                                    }));
            Fakes.get(waits);
            assertThat(began).isNotDone();
            holder.close();
            assertThat(Fakes.get(began)).isSameAs(Thread.currentThread());
            leaseOf(given).close();
        }
    }

    @Test
    void leavesTheWakingToAnInputThatHasBegun() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var waiting = new CompletableFuture<Thread>();
            var given =
                    Fakes.later(() -> {
                        var thread = Thread.currentThread();
                        return fakes.pool.acquire(_ -> waiting.complete(thread), _ -> true);
                    });
            var thread = Fakes.get(waiting);
            until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            holder.close();
            assertThat(given).isNotDone();
            LockSupport.unpark(thread);
            leaseOf(given).close();
        }
    }

    @Test
    void givesNoLeaseBeforeTheInputHasBegun() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var waiting = new CompletableFuture<Thread>();
            var begun = new AtomicBoolean();
            var hadBegun = new CompletableFuture<Boolean>();
            var given =
                    Fakes.later(() -> {
                        var thread = Thread.currentThread();
                        var answer =
                                fakes.pool.acquire(
                                        _ -> waiting.complete(thread),
                                        _ -> {
                                            LockSupport.unpark(thread);
                                            // It waits for the lock that is held here.
                                            until(() ->
                                                    thread.getState() == Thread.State.WAITING
                                                            || hadBegun.isDone());
                                            begun.set(true);
                                            return true;
                                        });
                        hadBegun.complete(begun.get());
                        return answer;
                    });
            var thread = Fakes.get(waiting);
            until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            holder.close();
            assertThat(Fakes.get(hadBegun)).isTrue();
            leaseOf(given).close();
        }
    }

    @Test
    void givesTheLeaseToAThreadThatIsInterruptedAfterItsInputHasBegun() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var waiting = new CompletableFuture<Thread>();
            var interrupted = new CompletableFuture<Boolean>();
            var given =
                    Fakes.later(() -> {
                        var thread = Thread.currentThread();
                        var answer =
                                fakes.pool.acquire(
                                        _ -> waiting.complete(thread),
                                        _ -> {
                                            thread.interrupt();
                                            return true;
                                        });
                        interrupted.complete(Thread.interrupted());
                        return answer;
                    });
            var _ = Fakes.get(waiting);
            holder.close();
            leaseOf(given).close();
            assertThat(Fakes.get(interrupted)).isTrue();
            fakes.lease().close();
        }
    }

    @Test
    void doesNotCountTheTimeOfAStartAsWaiting() {
        try (var fakes = new Fakes(config(0, 1, 1).withQueue(9, Duration.ofSeconds(10)))) {
            var gate = new CountDownLatch(1);
            fakes.prepare = isolate -> isolate.startGate = gate;
            var first = fakes.queued();
            until(() -> fakes.count(ReplicaState.STARTING) == 1);
            fakes.advance(Duration.ofSeconds(30));
            assertThat(first).isNotDone();
            gate.countDown();
            try (var lease = leaseOf(first)) {
                assertThat(lease.cold()).isTrue();
                assertThat(lease.starting()).isEqualTo(Duration.ofSeconds(30));
                assertThat(lease.queued()).isEqualTo(Duration.ofSeconds(30));
            }
        }
    }

    @Test
    void drainsOnceTheLastInputHasEnded() throws Exception {
        var fakes = new Fakes(config(0, 1, 1));
        var lease = fakes.lease();
        var queued = fakes.queued();
        var drained = new CompletableFuture<Boolean>();
        Thread.startVirtualThread(() -> {
            try {
                drained.complete(fakes.pool.drain(Fakes.BOUND));
            } catch (InterruptedException e) {
                drained.completeExceptionally(e);
            }
        });
        assertThat(refusalOf(queued).reason()).isEqualTo(Reason.CLOSED);
        assertThat(drained).isNotDone();
        assertThat(lease.isolate().alive()).isTrue();
        lease.close();
        assertThat(Fakes.get(drained)).isTrue();
        assertThat(fakes.made.getFirst().stops).hasValue(1);
        assertThat(refusalOf(fakes.later()).reason()).isEqualTo(Reason.CLOSED);
        assertThat(fakes.pool.snapshot().replicas()).isEmpty();
    }

    @Test
    void killsWhatOutlivesTheGraceOfADrain() throws Exception {
        var fakes = new Fakes(config(0, 1, 1));
        var lease = fakes.lease();
        assertThat(fakes.pool.drain(Duration.ofMillis(20))).isFalse();
        assertThat(lease.isolate().kills).hasPositiveValue();
        lease.close();
        lease.close();
        assertThat(fakes.pool.snapshot().replicas()).isEmpty();
        assertThat(fakes.budget.used()).isZero();
    }

    @Test
    void givesAReplicaBackOnceHoweverOftenALeaseIsClosed() {
        try (var fakes = new Fakes(config(0, 1, 2))) {
            var first = fakes.lease();
            var second = fakes.lease();
            first.close();
            first.close();
            assertThat(fakes.pool.stats()).isEqualTo(new PoolStats(0, 1, 1, 1));
            second.close();
        }
    }

    @Test
    void takesAStartedIsolateAsItsFirstReplica() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var ready = new FakeIsolate(0);
            assertThat(fakes.pool.adopt(ready)).isTrue();
            assertThat(fakes.pool.adopt(new FakeIsolate(1))).isFalse();
            try (var lease = fakes.lease()) {
                assertThat(lease.isolate()).isSameAs(ready);
                assertThat(lease.cold()).isFalse();
            }
            assertThat(ready.starts).hasValue(0);
            assertThat(fakes.made).isEmpty();
        }
    }

    @Test
    void prestartsReplicasAndReportsAFailingStart() throws Exception {
        try (var fakes = new Fakes(config(0, 3, 1))) {
            fakes.pool.prestart(2, Fakes.BOUND);
            assertThat(fakes.count(ReplicaState.READY)).isEqualTo(2);
            fakes.prepare = isolate -> isolate.startFailure = new Exception("no such module");
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> fakes.pool.prestart(3, Fakes.BOUND)))
                    .isInstanceOf(IsolateStartException.class)
                    .hasMessageContaining("no such module");
        }
    }
}
