// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.isolates.MemoryGuard.Pressure;
import dev.polyloom.isolates.MemoryGuard.Victim;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {

    private final MemoryGuard guard = new MemoryGuard(() -> new HeapReading(75, 100), 0.7, 0.9);

    private static ReplicaSnapshot replica(long id, ReplicaState state, int inFlight, long uses) {
        return new ReplicaSnapshot(id, state, inFlight, uses, 0, 0, Long.MAX_VALUE, 0);
    }

    private static PoolSnapshot pool(String name, ReplicaSnapshot... replicas) {
        return new PoolSnapshot(name, 0, PoolConfig.DEFAULT, List.of(replicas), 0, 0, 1);
    }

    @Test
    void holdsStartsBackOverTheSoftMarkOnly() {
        assertThat(guard.mayGrow()).isFalse();
        assertThat(new MemoryGuard(() -> new HeapReading(69, 100), 0.7, 0.9).mayGrow()).isTrue();
        assertThat(new MemoryGuard(() -> new HeapReading(69, -1), 0.7, 0.9).mayGrow()).isTrue();
    }

    @Test
    void takesNobodyAwayBelowTheHardMark() {
        var pools = List.of(pool("f", replica(1, ReplicaState.READY, 0, 1)));
        var verdict = guard.decide(new HeapReading(89, 100), pools, (_, _) -> 0);
        assertThat(verdict.pressure()).isEqualTo(Pressure.SOFT);
        assertThat(verdict.victim()).isEmpty();
    }

    @Test
    void takesTheReplicaThatHoldsMostAway() {
        var pools =
                List.of(
                        pool("f", replica(1, ReplicaState.READY, 0, 1)),
                        pool("hog", replica(7, ReplicaState.READY, 1, 1)));
        var verdict =
                guard.decide(
                        new HeapReading(95, 100), pools, (name, _) -> name.equals("hog") ? 80 : 0);
        assertThat(verdict.victim()).contains(new Victim("hog", 7, 80, false));
    }

    @Test
    void cutsAReplicaThatDrainsAndStillHoldsMost() {
        var pools = List.of(pool("hog", replica(7, ReplicaState.DRAINING, 1, 1)));
        var verdict = guard.decide(new HeapReading(95, 100), pools, (_, _) -> 80);
        assertThat(verdict.victim()).contains(new Victim("hog", 7, 80, true));
    }

    @Test
    void prefersAnIdleReplicaWhereNoneTellsWhatItHolds() {
        var pools =
                List.of(
                        pool("f", replica(1, ReplicaState.READY, 1, 9)),
                        pool("g", replica(2, ReplicaState.READY, 0, 3)));
        var verdict = guard.decide(new HeapReading(96, 100), pools, (_, _) -> 0);
        assertThat(verdict.victim()).contains(new Victim("g", 2, 48, false));
    }

    @Test
    void hasNobodyToTakeWhereNothingRuns() {
        var verdict = guard.decide(new HeapReading(99, 100), List.of(pool("f")), (_, _) -> 0);
        assertThat(verdict.pressure()).isEqualTo(Pressure.HARD);
        assertThat(verdict.victim()).isEmpty();
    }

    @Test
    void refusesMarksInTheWrongOrder() {
        assertThatThrownBy(() -> new MemoryGuard(() -> new HeapReading(1, 2), 0.9, 0.8))
                .hasMessageContaining("soft <= hard");
    }
}
