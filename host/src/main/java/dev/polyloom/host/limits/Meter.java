// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.isolates.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One bucket, and the name under which clients are told of it. Thread-safe. */
record Meter(RateScope scope, RateLimit limit, Bucket bucket) {

    private static final double NANOS_PER_SECOND = 1e9;

    static Meter of(RateScope scope, RateLimit limit, Ticker ticker) {
        var perToken = Duration.ofNanos(Math.round(NANOS_PER_SECOND / limit.perSecond()));
        var bucket =
                Bucket.builder()
                        .withCustomTimePrecision(new Clock(ticker))
                        .addLimit(bandwidth ->
                                bandwidth.capacity(limit.burst()).refillGreedy(1, perToken))
                        .build();
        return new Meter(scope, limit, bucket);
    }

    /** How long an empty bucket takes to fill up, in seconds and at least one. */
    static long fillSeconds(RateLimit limit) {
        return Math.max(1, (long) Math.ceil(limit.burst() / limit.perSecond()));
    }

    /** The member of {@code RateLimit-Policy}. */
    static String policy(RateScope scope, RateLimit limit) {
        return '"' + scope.word() + "\";q=" + limit.burst() + ";w=" + fillSeconds(limit);
    }

    /** The member of {@code RateLimit}. */
    String state(long remaining, long nanosUntilFull) {
        return '"' + scope.word() + "\";r=" + remaining + ";t=" + seconds(nanosUntilFull);
    }

    private static long seconds(long nanos) {
        var second = TimeUnit.SECONDS.toNanos(1);
        return nanos / second + (nanos % second > 0 ? 1 : 0);
    }

    private record Clock(Ticker ticker) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return ticker.nanos();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
