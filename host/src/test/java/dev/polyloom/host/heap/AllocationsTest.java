// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AllocationsTest {

    private static final long MIB = 1 << 20;
    private static final Allocations.Key UPLOAD = new Allocations.Key("upload", 1);
    private static final Allocations.Key OTHER = new Allocations.Key("other", 2);

    private final Allocations allocations = new Allocations();

    private long held(Allocations.Key key) {
        return allocations.bytes(key.pool(), key.replica()) / MIB;
    }

    @Test
    void knowsNothingOfReplicasThatWereNotThere() {
        assertThat(allocations.bytes("nobody", 1)).isZero();
    }

    @Test
    void whatIsThereAtFirstIsNotTheFaultOfWhoAllocatesMost() {
        allocations.collected(140 * MIB, Map.of(UPLOAD, 900 * MIB, OTHER, MIB));
        allocations.collected(141 * MIB, Map.of(UPLOAD, 1_900 * MIB, OTHER, 2 * MIB));
        assertThat(held(UPLOAD)).isLessThanOrEqualTo(1);
    }

    @Test
    void aReplicaThatFillsTheHeapBeforeTheFirstCollectionIsKnown() {
        allocations.collected(1_400 * MIB, Map.of(UPLOAD, 1_300 * MIB, OTHER, 10 * MIB));
        assertThat(held(UPLOAD)).isGreaterThan(1_000);
        assertThat(held(OTHER)).isLessThan(20);
    }

    @Test
    void growthIsPutDownToAllocationsAndShrinksForAll() {
        allocations.collected(200 * MIB, Map.of(UPLOAD, 0L, OTHER, 0L));
        allocations.collected(600 * MIB, Map.of(UPLOAD, 300 * MIB, OTHER, 100 * MIB));
        assertThat(held(UPLOAD)).isEqualTo(300);
        assertThat(held(OTHER)).isEqualTo(100);
        allocations.collected(300 * MIB, Map.of(UPLOAD, 300 * MIB, OTHER, 100 * MIB));
        assertThat(held(UPLOAD)).isEqualTo(150);
        allocations.collected(300 * MIB, Map.of(UPLOAD, 900 * MIB));
        assertThat(held(UPLOAD)).isEqualTo(150);
        assertThat(held(OTHER)).isZero();
    }
}
