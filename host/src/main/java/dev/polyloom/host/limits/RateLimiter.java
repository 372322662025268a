// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.bridge.RateLimits;
import dev.polyloom.host.limits.Verdict.Refusal;
import dev.polyloom.isolates.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rate limits that hold for the inputs of one function: the client's, its own, the host's.
 * Thread-safe; never blocks.
 */
public final class RateLimiter {

    private final Ticker ticker;

    /** Finds the bucket for a client; the most particular limit first. */
    private final List<Function<String, Meter>> meters;

    private final String policy;

    private RateLimiter(Ticker ticker, List<Function<String, Meter>> meters, String policy) {
        this.ticker = ticker;
        this.meters = List.copyOf(meters);
        this.policy = policy;
    }

    /**
     * The limits of functions that declare none.
     *
     * @param host the limit of all functions together
     */
    public static RateLimiter of(Optional<RateLimit> host, Ticker ticker) {
        if (host.isEmpty()) {
            return new RateLimiter(ticker, List.of(), "");
        }
        var meter = Meter.of(RateScope.HOST, host.get(), ticker);
        return new RateLimiter(
                ticker, List.of(_ -> meter), Meter.policy(RateScope.HOST, host.get()));
    }

    /** The limits of a function that declares some, beside these. */
    public RateLimiter with(RateLimits declared) {
        var all = new ArrayList<Function<String, Meter>>();
        var policies = new ArrayList<String>();
        declared.perClient()
                .ifPresent(limit -> {
                    all.add(new ClientMeters(limit, ticker)::of);
                    policies.add(Meter.policy(RateScope.CLIENT, limit));
                });
        declared.all()
                .ifPresent(limit -> {
                    var meter = Meter.of(RateScope.FUNCTION, limit, ticker);
                    all.add(_ -> meter);
                    policies.add(Meter.policy(RateScope.FUNCTION, limit));
                });
        if (all.isEmpty()) {
            return this;
        }
        all.addAll(meters);
        if (!policy.isEmpty()) {
            policies.add(policy);
        }
        return new RateLimiter(ticker, all, String.join(", ", policies));
    }

    /** Whether there is no limit, and so nothing to ask. */
    public boolean unlimited() {
        return meters.isEmpty();
    }

    /**
     * Counts an input, unless one of the limits has been reached.
     *
     * @param client the client's address
     */
    public Verdict take(String client) {
        var taken = new ArrayList<Meter>(meters.size());
        var states = new ArrayList<String>(meters.size());
        for (var find : meters) {
            var meter = find.apply(client);
            var probe = meter.bucket().tryConsumeAndReturnRemaining(1);
            var state = meter.state(probe.getRemainingTokens(), probe.getNanosToWaitForReset());
            if (!probe.isConsumed()) {
                // What was not served does not count against the others' limits.
                taken.forEach(other -> other.bucket().addTokens(1));
                var after = Duration.ofNanos(probe.getNanosToWaitForRefill());
                var refusal = new Refusal(meter.scope(), meter.limit().perSecond(), after);
                return new Verdict(Optional.of(refusal), policy, state);
            }
            taken.add(meter);
            states.add(state);
        }
        return new Verdict(Optional.empty(), policy, String.join(", ", states));
    }
}
