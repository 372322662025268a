// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.isolates.MemoryGuard.Pressure;
import dev.polyloom.isolates.MemoryGuard.Victim;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {

    private static final long MIB = 1 << 20;

    private final MemoryGuard guard = new MemoryGuard(0.7, 0.9);

    /** A heap of 1,000 MiB. */
    private static HeapReading used(int mib) {
        return new HeapReading(mib * MIB, 1000 * MIB);
    }

    private static ReplicaSnapshot replica(long id, ReplicaState state, int inFlight, long uses) {
        return new ReplicaSnapshot(id, state, inFlight, uses, 0, 0, Long.MAX_VALUE, 0);
    }

    private static PoolSnapshot pool(String name, ReplicaSnapshot... replicas) {
        return new PoolSnapshot(name, 0, PoolConfig.DEFAULT, List.of(replicas), 0, 0, 1);
    }

    @Test
    void holdsStartsBackOverTheSoftMarkOnly() {
        assertThat(guard.decide(used(699), List.of(), (_, _) -> 0).pressure())
                .isEqualTo(Pressure.NONE);
        assertThat(guard.decide(new HeapReading(69, -1), List.of(), (_, _) -> 0).pressure())
                .isEqualTo(Pressure.NONE);
        assertThat(guard.decide(used(701), List.of(), (_, _) -> 0).pressure())
                .isEqualTo(Pressure.SOFT);
    }

    @Test
    void takesNobodyAwayBelowTheHardMark() {
        var pools = List.of(pool("f", replica(1, ReplicaState.READY, 0, 1)));
        var verdict = guard.decide(used(890), pools, (_, _) -> 0);
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
                guard.decide(used(950), pools, (name, _) -> name.equals("hog") ? 800 * MIB : 0);
        assertThat(verdict.victim()).contains(new Victim("hog", 7, 800 * MIB, false));
    }

    @Test
    void cutsAReplicaThatDrainsAndStillHoldsMost() {
        var pools = List.of(pool("hog", replica(7, ReplicaState.DRAINING, 1, 1)));
        var verdict = guard.decide(used(950), pools, (_, _) -> 800 * MIB);
        assertThat(verdict.victim()).contains(new Victim("hog", 7, 800 * MIB, true));
    }

    @Test
    void prefersAnIdleReplicaWhereNoneTellsWhatItHolds() {
        var pools =
                List.of(
                        pool("f", replica(1, ReplicaState.READY, 1, 9)),
                        pool("g", replica(2, ReplicaState.READY, 0, 3)));
        var verdict = guard.decide(used(960), pools, (_, _) -> 0);
        assertThat(verdict.victim()).contains(new Victim("g", 2, 368 * MIB, false));
    }

    @Test
    void hasNobodyToTakeWhereNothingRuns() {
        var verdict = guard.decide(used(990), List.of(pool("f")), (_, _) -> 0);
        assertThat(verdict.pressure()).isEqualTo(Pressure.SOFT);
        assertThat(verdict.victim()).isEmpty();
    }

    @Test
    void takesNobodyAwayWhoHoldsNoMoreThanAnyFunctionNeeds() {
        var pools = List.of(pool("upload", replica(1, ReplicaState.READY, 1, 1)));
        var verdict = guard.decide(used(950), pools, (_, _) -> 50 * MIB);
        assertThat(verdict.pressure()).isEqualTo(Pressure.SOFT);
        assertThat(verdict.victim()).isEmpty();
        var small = new HeapReading(160 * MIB, 170 * MIB);
        assertThat(guard.decide(small, pools, (_, _) -> 60 * MIB).victim()).isEmpty();
        assertThat(guard.decide(small, pools, (_, _) -> 0).victim()).isEmpty();
    }

    @Test
    void refusesMarksInTheWrongOrder() {
        assertThatThrownBy(() -> new MemoryGuard(0.9, 0.8)).hasMessageContaining("soft <= hard");
    }
}
