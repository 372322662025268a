// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CurveTest {

    private static Curve of(double... rates) {
        var curve = new Curve(List.of());
        for (var rate : rates) {
            curve = curve.and(new Curve.Window(2.0 * (curve.windows().size() + 1), rate));
        }
        return curve;
    }

    @Test
    void settlesWhenThreeWindowsAreNearEachOther() {
        assertThat(of(100, 500, 960, 980, 1_000).settled()).isTrue();
        assertThat(of(100, 500, 940, 980, 1_000).settled()).isFalse();
        assertThat(of(1_000, 1_000).settled()).isFalse();
        assertThat(of().settled()).isFalse();
    }

    @Test
    void tellsWhenARateWasReached() {
        var curve = of(100, 500, 960, 980, 1_000);
        assertThat(curve.peak()).isEqualTo(1_000);
        assertThat(curve.secondsTo(900)).hasValue(6);
        assertThat(curve.secondsTo(1_001)).isEmpty();
    }
}
