// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static dev.polyloom.isolates.Fakes.config;
import static dev.polyloom.isolates.Fakes.later;
import static dev.polyloom.isolates.Fakes.leaseOf;
import static dev.polyloom.isolates.Fakes.refusalOf;
import static dev.polyloom.isolates.Fakes.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.isolates.Admission.Reason;
import dev.polyloom.isolates.ReplicaBudget.Growth;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReplicaBudgetTest {

    private static ReplicaBudget room(int replicas) {
        return new ReplicaBudget(replicas, replicas, () -> Growth.ANY);
    }

    @Test
    void takesTheIdleReplicaThatWasUsedLeastRecently() {
        try (var fakes = new Fakes(config(0, 1, 1), room(2));
                var second = fakes.pool("second", config(0, 1, 1));
                var third = fakes.pool("third", config(0, 1, 1))) {
            fakes.lease().close();
            fakes.ticker.advance(Duration.ofSeconds(1));
            leaseOf(later(second)).close();
            fakes.ticker.advance(Duration.ofSeconds(1));
            fakes.lease().close();
            leaseOf(later(third)).close();
            until(() -> second.snapshot().replicas().isEmpty());
            assertThat(fakes.pool.stats().totalRunners()).isEqualTo(1);
            assertThat(fakes.budget.used()).isEqualTo(2);
            assertThat(fakes.trail).contains("1 retired BUDGET");
        }
    }

    @Test
    void leavesReplicasThatAFunctionAlwaysKeeps() {
        try (var fakes = new Fakes(config(1, 1, 1), room(1));
                var other =
                        fakes.pool("other", config(0, 1, 1).withQueue(5, Duration.ofSeconds(3)))) {
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.READY) == 1);
            var answer = later(other);
            until(() -> other.stats().backlog() == 1);
            fakes.ticker.advance(Duration.ofSeconds(3));
            other.tick();
            assertThat(refusalOf(answer).reason()).isEqualTo(Reason.BUDGET);
            assertThat(fakes.count(ReplicaState.READY)).isEqualTo(1);
            until(() -> other.snapshot().replicas().isEmpty());
        }
    }

    @Test
    void waitsForABusyReplicaOfAnotherFunctionToBecomeIdle() {
        try (var fakes = new Fakes(config(0, 1, 1), room(1));
                var other = fakes.pool("other", config(0, 1, 1))) {
            var busy = fakes.lease();
            var answer = later(other);
            until(() -> fakes.budget.hungry());
            assertThat(answer).isNotDone();
            busy.close();
            leaseOf(answer).close();
            assertThat(fakes.budget.used()).isEqualTo(1);
        }
    }

    @Test
    void startsNothingWhileMemoryIsShort() {
        var growth = new AtomicReference<>(Growth.NONE);
        var budget = new ReplicaBudget(9, 9, growth::get);
        try (var fakes = new Fakes(config(0, 1, 1), budget)) {
            var answer = fakes.queued();
            until(() -> fakes.count(ReplicaState.CLAIMED) == 1);
            assertThat(fakes.pool.adopt(new FakeIsolate(1))).isFalse();
            growth.set(Growth.ANY);
            leaseOf(answer).close();
        }
    }

    @Test
    void startsAFunctionsFirstReplicaOnlyWhileMemoryIsGettingShort() {
        var budget = new ReplicaBudget(9, 9, () -> Growth.FIRST);
        try (var fakes = new Fakes(config(0, 2, 1), budget)) {
            var busy = leaseOf(fakes.queued());
            var answer = fakes.queued();
            until(() -> fakes.count(ReplicaState.CLAIMED) == 1);
            busy.close();
            leaseOf(answer).close();
            assertThat(budget.used()).isEqualTo(1);
        }
    }

    @Test
    void startsOnlySoManyAtOnce() {
        var gate = new CountDownLatch(1);
        try (var fakes = new Fakes(config(6, 6, 1), new ReplicaBudget(9, 2, () -> Growth.ANY))) {
            fakes.prepare = isolate -> isolate.startGate = gate;
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.STARTING) == 2);
            assertThat(fakes.count(ReplicaState.CLAIMED)).isEqualTo(4);
            gate.countDown();
            until(() -> fakes.count(ReplicaState.READY) == 6);
        }
    }

    @Test
    void hasAllItsRoomBackOnceThePoolsAreClosed() {
        var budget = room(3);
        try (var fakes = new Fakes(config(2, 3, 1), budget);
                var other = fakes.pool("other", config(0, 4, 1))) {
            fakes.pool.warm();
            until(() -> fakes.count(ReplicaState.READY) == 2);
            var _ = leaseOf(later(other));
            var _ = later(other);
            until(() -> budget.hungry());
            assertThat(budget.used()).isEqualTo(3);
        }
        until(() -> budget.used() == 0 && !budget.hungry());
    }
}
