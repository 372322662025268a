// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.bridge.RateLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rate limits in virtual time. */
final class RateLimiterTest {

    private final AtomicLong now = new AtomicLong(1_000_000_000L);

    private RateLimiter limiter(
            Optional<RateLimit> host, Optional<RateLimit> function, Optional<RateLimit> client) {
        return RateLimiter.of(host, now::get).with(new RateLimits(function, client));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static int taken(RateLimiter limiter, String client, int tries) {
        var taken = 0;
        for (var i = 0; i < tries; i++) {
            taken += limiter.take(client).refusal().isEmpty() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void withoutLimitsThereIsNothingToAsk() {
        var none = RateLimiter.of(Optional.empty(), now::get);
        assertThat(none.unlimited()).isTrue();
        assertThat(none.with(RateLimits.NONE).unlimited()).isTrue();
    }

    @Test
    void takesTheBurstAndThenTheRate() {
        var limiter = limiter(Optional.of(RateLimit.of(200)), Optional.empty(), Optional.empty());
        assertThat(taken(limiter, "a", 2_000)).isEqualTo(1_000);
        pass(Duration.ofSeconds(1));
        assertThat(taken(limiter, "a", 2_000)).isEqualTo(200);
        pass(Duration.ofHours(1));
        assertThat(taken(limiter, "a", 2_000)).isEqualTo(1_000);
    }

    @Test
    void tellsWhenToComeAgain() {
        var limiter =
                limiter(Optional.empty(), Optional.of(new RateLimit(0.25, 2)), Optional.empty());
        var first = limiter.take("a");
        assertThat(first.policy()).isEqualTo("\"function\";q=2;w=8");
        assertThat(first.state()).isEqualTo("\"function\";r=1;t=4");
        assertThat(limiter.take("a").refusal()).isEmpty();
        pass(Duration.ofSeconds(1));
        var refused = limiter.take("a");
        assertThat(refused.state()).isEqualTo("\"function\";r=0;t=7");
        assertThat(refused.refusal())
                .contains(new Verdict.Refusal(RateScope.FUNCTION, 0.25, Duration.ofSeconds(3)));
        pass(Duration.ofSeconds(3));
        assertThat(limiter.take("a").refusal()).isEmpty();
    }

    @Test
    void oneClientDoesNotTakeFromTheOthers() {
        var limiter =
                limiter(
                        Optional.of(new RateLimit(1, 5)),
                        Optional.empty(),
                        Optional.of(new RateLimit(1, 2)));
        assertThat(taken(limiter, "192.0.2.1", 100)).isEqualTo(2);
        var other = limiter.take("192.0.2.2");
        assertThat(other.refusal()).isEmpty();
        assertThat(other.policy()).isEqualTo("\"client\";q=2;w=2, \"host\";q=5;w=5");
        assertThat(other.state()).isEqualTo("\"client\";r=1;t=1, \"host\";r=2;t=3");
    }

    @Test
    void whatTheHostRefusesDoesNotCountForTheClient() {
        var host = RateLimiter.of(Optional.of(new RateLimit(1, 1)), now::get);
        var function =
                host.with(new RateLimits(Optional.empty(), Optional.of(new RateLimit(0.1, 2))));
        assertThat(taken(function, "192.0.2.1", 5)).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        assertThat(taken(function, "192.0.2.1", 5)).isEqualTo(1);
    }

    @Test
    void functionsShareTheHostsLimit() {
        var host = RateLimiter.of(Optional.of(new RateLimit(1, 4)), now::get);
        var one = host.with(new RateLimits(Optional.of(new RateLimit(1, 3)), Optional.empty()));
        var two = host.with(RateLimits.NONE);
        assertThat(taken(one, "a", 9)).isEqualTo(3);
        assertThat(taken(two, "a", 9)).isEqualTo(1);
    }

    @Test
    void theNumberOfClientsIsBounded() {
        var meters = new ClientMeters(new RateLimit(1, 1_000), now::get);
        for (var i = 0; i < 50_000; i++) {
            var _ = meters.of("198.51." + i / 256 + "." + i % 256);
        }
        assertThat(meters.size()).isLessThanOrEqualTo(10_000);
        pass(Duration.ofSeconds(1_001));
        assertThat(meters.size()).isZero();
    }

    @Test
    void anIpv6ClientIsKnownByItsNetwork() {
        assertThat(ClientMeters.key("2001:db8:1:2:3:4:5:6"))
                .isEqualTo(ClientMeters.key("2001:db8:1:2::9%eth0"))
                .isNotEqualTo(ClientMeters.key("2001:db8:1:3::9"));
        assertThat(ClientMeters.key("::ffff:192.0.2.1")).isEqualTo(ClientMeters.key("192.0.2.1"));
        assertThat(ClientMeters.key("no:address")).isEqualTo("");
        assertThat(ClientMeters.key("x".repeat(5_000)).toString()).hasSize(64);
    }
}
