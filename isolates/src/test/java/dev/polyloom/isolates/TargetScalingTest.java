// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.isolates.PoolConfig.Recycling;
import dev.polyloom.isolates.ScalingDecision.Retirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetScalingTest {

    private static final long NOW = 1_000_000_000_000L;
    private static final long WINDOW = Duration.ofSeconds(60).toNanos();

    private final ScalingPolicy policy = new TargetScaling();
    private final List<ReplicaSnapshot> replicas = new ArrayList<>();

    private TargetScalingTest with(ReplicaState state, int inFlight, long idleNanos) {
        replicas.add(
                new ReplicaSnapshot(
                        replicas.size() + 1,
                        state,
                        inFlight,
                        1,
                        NOW - idleNanos,
                        NOW - idleNanos,
                        Long.MAX_VALUE,
                        0));
        return this;
    }

    private ScalingDecision decide(PoolConfig config, int queued) {
        return decide(config, queued, Integer.MAX_VALUE);
    }

    private ScalingDecision decide(PoolConfig config, int queued, int allowed) {
        return policy.decide(new PoolSnapshot("f", NOW, config, replicas, queued, 0, allowed));
    }

    private static PoolConfig config(int min, int max, int buffer) {
        return PoolConfig.DEFAULT.withReplicas(min, max, buffer, Duration.ofNanos(WINDOW));
    }

    @Test
    void startsTheMinimumWithoutAnyInput() {
        assertThat(decide(config(3, 5, 0), 0).start()).isEqualTo(3);
    }

    @Test
    void startsNothingForAFunctionThatNobodyCalls() {
        var decision = decide(config(0, 5, 2), 0);
        assertThat(decision).isEqualTo(new ScalingDecision(0, List.of(), Long.MAX_VALUE));
    }

    @Test
    void startsAsManyReplicasAsTheWaitingInputsNeedUpToTheLimit() {
        with(ReplicaState.READY, 1, 0).with(ReplicaState.STARTING, 0, 0);
        assertThat(decide(config(0, 10, 0), 4).start()).isEqualTo(3);
        assertThat(decide(config(0, 3, 0), 4).start()).isEqualTo(1);
    }

    private ScalingDecision patiently(int queued, long waitedNanos) {
        var patient = new TargetScaling(Duration.ofMillis(200));
        return patient.decide(
                new PoolSnapshot("f", NOW, config(0, 10, 0), replicas, queued, waitedNanos, 10));
    }

    @Test
    void letsOneInputWaitAMomentForEachBusyReplica() {
        with(ReplicaState.READY, 1, 0).with(ReplicaState.READY, 1, 0);
        assertThat(patiently(2, 150_000_000).start()).isZero();
        assertThat(patiently(2, 150_000_000).recheckNanos()).isEqualTo(50_000_000);
        assertThat(patiently(3, 150_000_000).start()).isEqualTo(1);
        assertThat(patiently(2, 200_000_000).start()).isEqualTo(2);
    }

    @Test
    void hasNoPatienceWhereNoReplicaIsAboutToBeFree() {
        assertThat(patiently(1, 0).start()).isEqualTo(1);
        with(ReplicaState.STARTING, 0, 0);
        assertThat(patiently(2, 0).start()).isEqualTo(1);
    }

    @Test
    void growsBeforeAnythingQueuesWhereTheTargetIsBelowTheLimit() {
        var config = config(0, 5, 0).withInputs(10, 4);
        with(ReplicaState.READY, 4, 0);
        assertThat(decide(config, 0).start()).isZero();
        replicas.clear();
        with(ReplicaState.READY, 5, 0);
        assertThat(decide(config, 0).start()).isEqualTo(1);
    }

    @Test
    void keepsABufferWhileTheFunctionIsActiveOnly() {
        with(ReplicaState.READY, 1, 0);
        assertThat(decide(config(0, 5, 2), 0).start()).isEqualTo(2);
        replicas.clear();
        with(ReplicaState.READY, 0, WINDOW - 1);
        assertThat(decide(config(0, 5, 2), 0).start()).isEqualTo(1);
        replicas.clear();
        with(ReplicaState.READY, 0, WINDOW).with(ReplicaState.READY, 0, WINDOW);
        var decision = decide(config(0, 5, 2), 0);
        assertThat(decision.start()).isZero();
        assertThat(decision.retire()).hasSize(2);
    }

    @Test
    void takesIdleReplicasAwayNewestFirstAndKeepsTheMinimum() {
        with(ReplicaState.READY, 0, WINDOW)
                .with(ReplicaState.READY, 0, WINDOW)
                .with(ReplicaState.READY, 0, WINDOW - 5);
        assertThat(decide(config(2, 5, 0), 0).retire())
                .containsExactly(new Retirement(2, RetireReason.IDLE));
        assertThat(decide(config(0, 5, 0), 0).retire())
                .containsExactly(
                        new Retirement(2, RetireReason.IDLE), new Retirement(1, RetireReason.IDLE));
    }

    @Test
    void tellsWhenTheNextIdleReplicaIsDue() {
        with(ReplicaState.READY, 0, WINDOW - Duration.ofSeconds(7).toNanos());
        assertThat(decide(config(0, 5, 0), 0).recheckNanos())
                .isEqualTo(Duration.ofSeconds(7).toNanos());
    }

    @Test
    void dropsClaimsThatAreWantedNoMore() {
        with(ReplicaState.READY, 1, 0).with(ReplicaState.CLAIMED, 0, 0);
        assertThat(decide(config(0, 5, 0), 0).retire())
                .containsExactly(new Retirement(2, RetireReason.IDLE));
        assertThat(decide(config(0, 5, 0), 1).retire()).isEmpty();
    }

    @Test
    void doesNotCountDrainingReplicasAgainstTheLimit() {
        with(ReplicaState.DRAINING, 1, 0);
        assertThat(decide(config(0, 1, 0), 1).start()).isEqualTo(1);
    }

    @Test
    void takesIdleReplicasOverALoweredLimitAwayAtOnce() {
        with(ReplicaState.READY, 1, 0)
                .with(ReplicaState.READY, 0, 0)
                .with(ReplicaState.READY, 0, 0);
        assertThat(decide(config(0, 2, 0), 0).retire())
                .containsExactly(new Retirement(3, RetireReason.IDLE));
    }

    @Test
    void givesEachInputAReplicaWhereReplicasAreForOneUse() {
        var config = config(0, 9, 0).withInputs(8, 8).withRecycling(true, Recycling.NEVER);
        with(ReplicaState.READY, 1, 0);
        assertThat(decide(config, 3).start()).isEqualTo(3);
    }

    @Test
    void recyclesOneAgedReplicaAtATimeThoughItServes() {
        for (var id = 1; id <= 2; id++) {
            replicas.add(
                    new ReplicaSnapshot(id, ReplicaState.READY, 1, 9, NOW - 50, NOW, NOW - 1, 0));
        }
        assertThat(decide(config(0, 5, 0), 0).retire())
                .containsExactly(new Retirement(1, RetireReason.AGE));
        with(ReplicaState.STARTING, 0, 0);
        assertThat(decide(config(0, 5, 0), 1).retire()).isEmpty();
    }

    @Test
    void recyclesAReplicaWhoseHeapGrewTooMuch() {
        var config =
                config(1, 5, 0).withRecycling(false, new Recycling(0, Duration.ZERO, 1_000, 0));
        replicas.add(
                new ReplicaSnapshot(1, ReplicaState.READY, 0, 9, NOW, NOW, Long.MAX_VALUE, 1_001));
        assertThat(decide(config, 0).retire())
                .containsExactly(new Retirement(1, RetireReason.HEAP));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void staysWithinTheLimitsForAnySnapshot(long seed) {
        var random = new SplittableRandom(seed);
        for (var round = 0; round < 2_000; round++) {
            replicas.clear();
            var states = ReplicaState.values();
            for (var i = random.nextInt(12); i > 0; i--) {
                var state = states[random.nextInt(4)];
                var load = state == ReplicaState.READY ? random.nextInt(4) : 0;
                with(state, load, random.nextLong(2 * WINDOW));
            }
            var min = random.nextInt(4);
            var max = min + 1 + random.nextInt(6);
            var config = config(min, max, random.nextInt(3)).withInputs(4, 1 + random.nextInt(4));
            var allowed = random.nextInt(6);
            var decision = decide(config, random.nextInt(20), allowed);
            var counted = (int) replicas.stream().filter(r -> r.state().counted()).count();
            assertThat(decision.start()).as("seed %s round %s", seed, round).isBetween(0, allowed);
            if (decision.start() > 0) {
                assertThat(counted + decision.start()).isLessThanOrEqualTo(max);
            }
            var left = counted - decision.retire().size();
            assertThat(left).isGreaterThanOrEqualTo(Math.min(min, counted));
            for (var retirement : decision.retire()) {
                var replica = replicas.get((int) retirement.replica() - 1);
                assertThat(replica.inFlight()).isZero();
                assertThat(replica.state()).isIn(ReplicaState.READY, ReplicaState.CLAIMED);
            }
            assertThat(decision.retire()).doesNotHaveDuplicates();
        }
    }
}
