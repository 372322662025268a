// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static dev.polyloom.isolates.Fakes.config;
import static dev.polyloom.isolates.Fakes.leaseOf;
import static dev.polyloom.isolates.Fakes.refusalOf;
import static dev.polyloom.isolates.Fakes.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.isolates.Admission.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PoolFailureTest {

    @Test
    void answersThoseThatWaitWithTheCauseWhenAStartFails() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            fakes.prepare = isolate -> isolate.startFailure = new Exception("no module foo");
            var refused = refusalOf(fakes.later());
            assertThat(refused.reason()).isEqualTo(Reason.START_FAILED);
            assertThat(refused.detail()).contains("no module foo");
            assertThat(refused.retryAfter()).isPositive();
        }
    }

    @Test
    void triesNoStartWhileItBacksOffAndRecoversByItself() {
        try (var fakes = new Fakes(config(0, 4, 1))) {
            fakes.prepare = isolate -> isolate.startFailure = new Exception("broken");
            refusalOf(fakes.later());
            var started = fakes.made.size();
            for (var i = 0; i < 5; i++) {
                assertThat(refusalOf(fakes.later()).reason()).isEqualTo(Reason.START_FAILED);
            }
            assertThat(fakes.made).hasSize(started);
            fakes.prepare = _ -> {};
            fakes.advance(Duration.ofSeconds(1));
            fakes.lease().close();
        }
    }

    @Test
    void backsOffLongerWithEachFailureAndTriesOneStartAtATime() {
        try (var fakes = new Fakes(config(0, 8, 1))) {
            fakes.prepare = isolate -> isolate.startFailure = new Exception("broken");
            var before = Duration.ZERO;
            for (var i = 0; i < 5; i++) {
                var made = fakes.made.size();
                var delay = refusalOf(fakes.later()).retryAfter();
                assertThat(fakes.made).hasSize(made + 1);
                assertThat(delay).isGreaterThan(before.dividedBy(2));
                before = delay;
                fakes.advance(delay);
            }
            assertThat(before).isGreaterThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void bringsTheMinimumBackWithoutAnInputOnceTheFaultIsGone() {
        try (var fakes = new Fakes(config(1, 2, 1))) {
            fakes.prepare = isolate -> isolate.startFailure = new Exception("broken");
            fakes.pool.warm();
            until(() -> fakes.trail.contains("1 start failed: line 3: broken"));
            fakes.prepare = _ -> {};
            fakes.advance(Duration.ofSeconds(1));
            until(() -> fakes.count(ReplicaState.READY) == 1);
        }
    }

    @Test
    void killsAStartThatTakesTooLong() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            fakes.prepare = isolate -> isolate.startGate = new CountDownLatch(1);
            var answer = fakes.queued();
            until(() -> fakes.count(ReplicaState.STARTING) == 1);
            fakes.advance(Duration.ofSeconds(59));
            assertThat(answer).isNotDone();
            fakes.advance(Duration.ofSeconds(1));
            var refused = refusalOf(answer);
            assertThat(refused.reason()).isEqualTo(Reason.START_FAILED);
            assertThat(refused.detail()).contains("PT1M");
            assertThat(fakes.made.getFirst().kills).hasPositiveValue();
        }
    }

    @Test
    void replacesAnIsolateThatDiedUnderItsInput() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var first = fakes.lease();
            var waiting = fakes.queued();
            first.isolate().die();
            first.close();
            try (var next = leaseOf(waiting)) {
                assertThat(next.isolate()).isNotSameAs(first.isolate());
                assertThat(next.cold()).isTrue();
            }
            assertThat(fakes.trail).contains("1 READY>FAILED", "1 retired DIED");
        }
    }

    @Test
    void admitsNothingToAnIsolateThatDiedWhileIdle() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            fakes.lease().close();
            fakes.made.getFirst().die();
            try (var lease = fakes.lease()) {
                assertThat(lease.isolate().number).isEqualTo(2);
            }
        }
    }

    @Test
    void letsOthersFinishOnACondemnedReplica() {
        try (var fakes = new Fakes(config(0, 1, 2))) {
            var bad = fakes.lease();
            var good = fakes.lease();
            bad.invalidate("poisoned loop");
            bad.close();
            assertThat(good.isolate().alive()).isTrue();
            try (var next = fakes.lease()) {
                assertThat(next.isolate()).isNotSameAs(good.isolate());
            }
            good.close();
            until(() -> fakes.made.getFirst().stops.get() == 1);
            until(() -> fakes.trail.contains("1 DRAINING>CLOSED"));
        }
    }

    @Test
    void runsEachInputOnAReplicaOfItsOwnWhereReplicasAreForOneUse() {
        var config = config(0, 2, 1).withRecycling(true, PoolConfig.Recycling.NEVER);
        try (var fakes = new Fakes(config)) {
            var a = fakes.lease();
            var b = fakes.lease();
            var third = fakes.queued();
            assertThat(fakes.made).hasSize(2);
            a.close();
            try (var c = leaseOf(third)) {
                assertThat(c.isolate().number).isEqualTo(3);
            }
            b.close();
            until(() -> fakes.made.stream().allMatch(isolate -> isolate.stops.get() == 1));
        }
    }

    @Test
    void replacesAReplicaAfterItsUses() {
        var rule = new PoolConfig.Recycling(3, Duration.ZERO, 0, 0);
        try (var fakes = new Fakes(config(0, 1, 1).withRecycling(false, rule))) {
            for (var i = 0; i < 7; i++) {
                fakes.lease().close();
            }
            assertThat(fakes.made).hasSize(3);
            assertThat(fakes.trail).contains("1 retired USES", "2 retired USES");
        }
    }

    @Test
    void replacesAReplicaAtItsAge() {
        var rule = new PoolConfig.Recycling(0, Duration.ofSeconds(100), 0, 0);
        try (var fakes = new Fakes(config(1, 1, 1).withRecycling(false, rule))) {
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.READY) == 1);
            fakes.advance(Duration.ofSeconds(101));
            until(() -> fakes.made.size() == 2 && fakes.count(ReplicaState.READY) == 1);
            assertThat(fakes.trail).contains("1 retired AGE");
        }
    }

    @Test
    void replacesAReplicaWhoseHeapGrows() {
        var rule = new PoolConfig.Recycling(0, Duration.ZERO, 1_000, 0);
        try (var fakes = new Fakes(config(1, 1, 1).withRecycling(false, rule))) {
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.READY) == 1);
            fakes.pool.noteHeld(Map.of(1L, 5_000L));
            fakes.pool.noteHeld(Map.of(1L, 6_000L));
            assertThat(fakes.trail).doesNotContain("1 retired HEAP");
            fakes.pool.noteHeld(Map.of(1L, 6_001L));
            until(() -> fakes.made.size() == 2 && fakes.count(ReplicaState.READY) == 1);
            assertThat(fakes.trail).contains("1 retired HEAP");
        }
    }

    @Test
    void survivesAFactoryThatThrows() {
        var failure = new AtomicReference<RuntimeException>(new IllegalStateException("no stock"));
        try (var fakes = new Fakes(config(0, 1, 1))) {
            fakes.prepare =
                    _ -> {
                        if (failure.get() != null) {
                            throw failure.get();
                        }
                    };
            assertThat(refusalOf(fakes.later()).detail()).contains("no stock");
            failure.set(null);
            fakes.advance(Duration.ofSeconds(1));
            fakes.lease().close();
        }
    }

    @Test
    void givesThePlaceBackWhenTheInputIsInterruptedWhileItWaits() throws Exception {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var holder = fakes.lease();
            var thread =
                    Thread.startVirtualThread(() -> {
                        try {
                            fakes.pool.acquire();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    });
            until(() -> fakes.pool.stats().backlog() == 1);
            var after = fakes.queued();
            thread.interrupt();
            assertThat(thread.join(Fakes.BOUND)).isTrue();
            assertThat(fakes.pool.stats().backlog()).isEqualTo(1);
            holder.close();
            leaseOf(after).close();
        }
    }

    @Test
    void takesOnlyLegalStepsAndTellsEachOfThem() throws Exception {
        var fakes = new Fakes(config(0, 1, 1));
        fakes.lease().close();
        assertThat(fakes.pool.drain(Fakes.BOUND)).isTrue();
        assertThat(fakes.trail)
                .containsExactly(
                        "1 claimed",
                        "1 phase slot",
                        "1 CLAIMED>STARTING",
                        "1 phase start",
                        "1 phase warm-up",
                        "1 STARTING>READY",
                        "1 cold input",
                        "1 input ended",
                        "1 retired CLOSED",
                        "1 READY>DRAINING",
                        "1 DRAINING>CLOSED");
    }

    @Test
    void scalesDownToTheMinimumAfterTheWindow() {
        try (var fakes = new Fakes(config(1, 3, 1))) {
            var a = fakes.lease();
            var b = fakes.lease();
            var c = fakes.lease();
            b.close();
            c.close();
            fakes.advance(Duration.ofSeconds(59));
            assertThat(fakes.count(ReplicaState.READY)).isEqualTo(3);
            fakes.advance(Duration.ofSeconds(1));
            until(() -> fakes.pool.snapshot().replicas().size() == 1);
            assertThat(a.isolate().alive()).isTrue();
            a.close();
            fakes.advance(Duration.ofMinutes(10));
            assertThat(fakes.count(ReplicaState.READY)).isEqualTo(1);
        }
    }

    @Test
    void changesItsLimitsWhileItRuns() {
        try (var fakes = new Fakes(config(0, 1, 1))) {
            var a = fakes.lease();
            var waiting = fakes.queued();
            fakes.pool.update(config(0, 2, 1));
            var b = leaseOf(waiting);
            assertThat(fakes.pool.stats()).isEqualTo(new PoolStats(0, 2, 2, 0));
            b.close();
            fakes.pool.update(config(0, 1, 1));
            until(() -> fakes.pool.snapshot().replicas().size() == 1);
            a.close();
        }
    }
}
