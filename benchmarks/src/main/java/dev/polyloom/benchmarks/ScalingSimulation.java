// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolSnapshot;
import dev.polyloom.isolates.ReplicaState;
import dev.polyloom.isolates.RetireReason;
import dev.polyloom.isolates.ScalingDecision;
import dev.polyloom.isolates.ScalingDecision.Retirement;
import dev.polyloom.isolates.ScalingPolicy;
import dev.polyloom.isolates.TargetScaling;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Drives scaling policies with synthetic load in virtual time and prints how well they use their
 * replicas, how many inputs met a cold start, and how long inputs waited.
 *
 * <p>The baselines: a fixed pool of the size that carries the mean load at 70 %, and scaling on the
 * load of the replicas every 15 seconds, as a scaler that watches processors does.
 */
public final class ScalingSimulation {

    private static final long SEED = 20_260_101L;

    private ScalingSimulation() {}

    /** Mean times of a start and of an input. */
    record Costs(double startMillis, double inputMillis) {}

    /** How many inputs a second arrive at a function. */
    @FunctionalInterface
    private interface Rate {
        double perSecond(int function, double second);
    }

    private record Scenario(String name, int functions, int seconds, double peak, Rate rate) {}

    private record Contender(String name, PoolConfig config, ScalingPolicy policy) {}

    private static final Costs COSTS = new Costs(1_500, 100);

    private static final List<Scenario> SCENARIOS =
            List.of(
                    new Scenario("step", 1, 600, 320, (_, t) -> t < 60 ? 5 : 320),
                    new Scenario("spike", 1, 900, 400, (_, t) -> t % 300 < 20 ? 400 : 10),
                    new Scenario(
                            "diurnal",
                            1,
                            7_200,
                            200,
                            (_, t) -> 100 - 98 * Math.cos(2 * Math.PI * t / 3_600)),
                    new Scenario(
                            "1,000 functions",
                            1_000,
                            1_800,
                            20,
                            (f, _) -> f < 20 ? 20.0 / (1 + f) : 0.002));

    /** Runs all scenarios and prints a table in Markdown. Takes no arguments. */
    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(
                "| load | policy | inputs | utilisation | mean replicas | cold % | wait p50 ms | p95 |"
                        + " p99 | max | refused |");
        out.println("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (var scenario : SCENARIOS) {
            for (var contender : contenders(scenario)) {
                out.println(row(scenario, contender, run(scenario, contender)));
            }
        }
    }

    private static List<Contender> contenders(Scenario scenario) {
        var mean = 0.0;
        for (var second = 0; second < scenario.seconds; second++) {
            mean += scenario.rate.perSecond(0, second) / scenario.seconds;
        }
        var fixed = (int) Math.max(1, Math.ceil(mean * COSTS.inputMillis / 1_000 / 0.7));
        var most = (int) Math.max(4, scenario.peak * COSTS.inputMillis / 1_000 * 2);
        var elastic = config(0, most, 0);
        return List.of(
                new Contender("target", elastic, new TargetScaling()),
                new Contender("target, buffer 2", config(0, most, 2), new TargetScaling()),
                new Contender("fixed " + fixed, config(fixed, fixed, 0), new TargetScaling()),
                new Contender(
                        "on load, 15 s", config(1, most, 0), new LoadScaling(15_000_000_000L)));
    }

    private static PoolConfig config(int min, int max, int buffer) {
        return PoolConfig.DEFAULT
                .withReplicas(min, max, buffer, Duration.ofSeconds(60))
                .withQueue(2_000, Duration.ofSeconds(60));
    }

    private static SimulatedPool.Tally run(Scenario scenario, Contender contender) {
        var tally = new SimulatedPool.Tally();
        var random = new SplittableRandom(SEED);
        for (var function = 0; function < scenario.functions; function++) {
            var arrivals = arrivals(scenario, function, random.split());
            // Each function has a policy of its own: the one on load remembers when it last looked.
            var policy =
                    contender.policy instanceof LoadScaling load ? load.fresh() : contender.policy;
            new SimulatedPool(contender.config, policy, COSTS, random.nextLong(), tally)
                    .run(arrivals, TimeUnit.SECONDS.toNanos(scenario.seconds));
        }
        return tally;
    }

    /** Poisson arrivals, thinned from the highest rate. */
    private static List<Long> arrivals(Scenario scenario, int function, SplittableRandom random) {
        var arrivals = new ArrayList<Long>();
        var highest = 0.0;
        for (var second = 0; second < scenario.seconds; second++) {
            highest = Math.max(highest, scenario.rate.perSecond(function, second));
        }
        var second = 0.0;
        while (true) {
            second -= Math.log(1 - random.nextDouble()) / highest;
            if (second >= scenario.seconds) {
                return arrivals;
            }
            if (random.nextDouble() * highest < scenario.rate.perSecond(function, second)) {
                arrivals.add((long) (second * 1e9));
            }
        }
    }

    private static String row(Scenario scenario, Contender contender, SimulatedPool.Tally tally) {
        var waits = tally.waitMillis.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,d | %.0f %% | %.1f | %.2f | %.0f | %.0f | %.0f | %.0f | %d |",
                scenario.name,
                contender.name,
                waits.size() + tally.refused,
                100 * tally.busyNanos / Math.max(1, tally.heldNanos),
                tally.heldNanos / 1e9 / scenario.seconds,
                100.0 * tally.cold / Math.max(1, waits.size()),
                percentile(waits, 0.5),
                percentile(waits, 0.95),
                percentile(waits, 0.99),
                percentile(waits, 1),
                tally.refused);
    }

    private static double percentile(List<Double> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1)));
    }

    /** Looks at the replicas' load at fixed times and aims at 70 %. Confined to one thread. */
    private static final class LoadScaling implements ScalingPolicy {
        private static final double AIM = 0.7;
        private final long everyNanos;
        private long nextNanos;

        LoadScaling(long everyNanos) {
            this.everyNanos = everyNanos;
        }

        LoadScaling fresh() {
            return new LoadScaling(everyNanos);
        }

        @Override
        public ScalingDecision decide(PoolSnapshot snapshot) {
            var counted = snapshot.counted();
            if (snapshot.nowNanos() < nextNanos) {
                return new ScalingDecision(0, List.of(), nextNanos - snapshot.nowNanos());
            }
            nextNanos = snapshot.nowNanos() + everyNanos;
            var config = snapshot.config();
            var load = (double) snapshot.inFlight() / Math.max(1, counted * config.maxInputs());
            var wanted = (int) Math.ceil(counted * load / AIM);
            wanted = Math.clamp(wanted, Math.max(1, config.minReplicas()), config.maxReplicas());
            var retire = new ArrayList<Retirement>();
            for (var replica : snapshot.replicas().reversed()) {
                var idle = replica.state() == ReplicaState.READY && replica.inFlight() == 0;
                if (idle && counted - retire.size() > wanted) {
                    retire.add(new Retirement(replica.id(), RetireReason.IDLE));
                }
            }
            return new ScalingDecision(Math.max(0, wanted - counted), retire, everyNanos);
        }
    }
}
