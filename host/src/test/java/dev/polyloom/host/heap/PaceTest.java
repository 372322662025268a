// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PaceTest {

    private final Pace pace = new Pace(100);

    @Test
    void knowsNothingAtFirst() {
        assertThat(pace.bytes()).isZero();
        pace.add(1_000, 500);
        assertThat(pace.bytes()).isZero();
    }

    @Test
    void growthCountsForAMoment() {
        pace.add(0, 500);
        pace.add(50, 600);
        assertThat(pace.bytes()).isEqualTo(100);
        pace.add(120, 630);
        assertThat(pace.bytes()).isEqualTo(30);
        pace.add(400, 630);
        assertThat(pace.bytes()).isZero();
    }

    @Test
    void aCollectionHidesNoGrowth() {
        pace.add(0, 500);
        pace.add(20, 900);
        pace.add(40, 100);
        pace.add(60, 200);
        assertThat(pace.bytes()).isEqualTo(500);
    }

    @Test
    void moreSamplesThanAreKeptTellOfTheLastOnes() {
        for (int i = 0; i < 1_000; i++) {
            pace.add(i, i * 10L);
        }
        assertThat(pace.bytes()).isEqualTo(630);
    }
}
