// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** So many at once, so many a second. */
final class FloodLimitTest {

    @Test
    void allowsABurstAndThenTheRate() {
        var limit = new FloodLimit(10, 100);
        var now = -5L;
        for (var i = 0; i < 10; i++) {
            assertThat(limit.take(now)).isTrue();
        }
        assertThat(limit.take(now)).isFalse();
        now += 10_000_000;
        assertThat(limit.take(now)).isTrue();
        assertThat(limit.take(now)).isFalse();
        now += 10_000_000_000L;
        for (var i = 0; i < 10; i++) {
            assertThat(limit.take(now)).isTrue();
        }
        assertThat(limit.take(now)).isFalse();
    }
}
