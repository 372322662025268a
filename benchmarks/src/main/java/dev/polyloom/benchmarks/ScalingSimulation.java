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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Drives scaling policies with synthetic or recorded load in virtual time and finds how well they
 * use their replicas, how many inputs met a cold start, and how long inputs waited. Immutable.
 *
 * <p>The baselines: a fixed pool of the size that carries the mean load at 70 %, and scaling on the
 * load of the replicas every 15 seconds, as a scaler that watches processors does.
 *
 * @param startMillis the mean time of a replica's start
 * @param inputMillis the mean time of an input, where the load does not say
 */
public record ScalingSimulation(double startMillis, double inputMillis) {

    /** As measured for a function that imports a framework, without stock. */
    public static final ScalingSimulation STANDARD = new ScalingSimulation(1_500, 100);

    private static final long SEED = 20_260_101L;
    private static final double FIXED_LOAD = 0.7;
    private static final int REPLICAS_LEAST = 4;
    private static final double SPARE = 2;
    private static final long PEAK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A load: the arrivals at each function. */
    public record Load(String name, double seconds, List<List<Arrival>> functions) {}

    /**
     * What one policy made of one load.
     *
     * @param utilisation of the time that replicas were held
     * @param replicas held on average, of all functions
     * @param coldShare of the inputs, those that waited for a start
     * @param waits their percentiles 50, 95, 99 and 100 in milliseconds
     */
    public record Row(
            String load,
            String policy,
            int inputs,
            double utilisation,
            double replicas,
            double coldShare,
            List<Double> waits,
            long refused) {}

    /** How many inputs a second arrive at a function. */
    @FunctionalInterface
    private interface Rate {
        double perSecond(int function, double second);
    }

    private record Scenario(String name, int functions, int seconds, Rate rate) {}

    private record Contender(String name, PoolConfig config, ScalingPolicy policy) {}

    private static final List<Scenario> SCENARIOS =
            List.of(
                    new Scenario("step", 1, 600, (_, t) -> t < 60 ? 5 : 320),
                    new Scenario("spike", 1, 900, (_, t) -> t % 300 < 20 ? 400 : 10),
                    new Scenario(
                            "diurnal",
                            1,
                            7_200,
                            (_, t) -> 100 - 98 * Math.cos(2 * Math.PI * t / 3_600)),
                    new Scenario(
                            "1,000 functions",
                            1_000,
                            1_800,
                            (f, _) -> f < 20 ? 20.0 / (1 + f) : 0.002));

    /** The synthetic loads: a step, spikes, two days of an hour each, and many functions. */
    public static List<Load> synthetic() {
        return SCENARIOS.stream().map(ScalingSimulation::load).toList();
    }

    private static Load load(Scenario scenario) {
        var random = new SplittableRandom(SEED);
        var functions = new ArrayList<List<Arrival>>();
        for (var function = 0; function < scenario.functions; function++) {
            functions.add(arrivals(scenario, function, random.split()));
        }
        return new Load(scenario.name, scenario.seconds, functions);
    }

    /** A recorded load. */
    public static Load recorded(String name, Trace trace) {
        return new Load(name, trace.seconds(), trace.byFunction());
    }

    /** Has every policy carry a load. */
    public List<Row> run(Load load) {
        var tallies = new LinkedHashMap<String, SimulatedPool.Tally>();
        var random = new SplittableRandom(SEED);
        var end = (long) (load.seconds * TimeUnit.SECONDS.toNanos(1));
        for (var arrivals : load.functions) {
            var seed = random.nextLong();
            for (var contender : contenders(load, arrivals)) {
                var tally = tallies.computeIfAbsent(contender.name, _ -> new SimulatedPool.Tally());
                new SimulatedPool(contender.config, contender.policy, this, seed, tally)
                        .run(arrivals, end);
            }
        }
        return tallies.entrySet().stream()
                .map(entry -> row(load, entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Each function has policies of its own: the one on load remembers when it last looked. */
    private List<Contender> contenders(Load load, List<Arrival> arrivals) {
        var busy = arrivals.stream().mapToDouble(this::millis).sum() / 1_000;
        var fixed = (int) Math.max(1, Math.ceil(busy / Math.max(1, load.seconds) / FIXED_LOAD));
        var most = (int) Math.max(REPLICAS_LEAST, Math.ceil(peak(arrivals) * SPARE));
        var elastic = config(0, most, 0);
        return List.of(
                new Contender("target", elastic, new TargetScaling()),
                new Contender("target, buffer 2", config(0, most, 2), new TargetScaling()),
                new Contender("fixed at 70 %", config(fixed, fixed, 0), new TargetScaling()),
                new Contender(
                        "on load, 15 s", config(1, most, 0), new LoadScaling(15_000_000_000L)));
    }

    private double millis(Arrival arrival) {
        return arrival.inputNanos() < 0
                ? inputMillis
                : arrival.inputNanos() / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** How many replicas the second with the most work would keep busy. */
    private double peak(List<Arrival> arrivals) {
        var most = 0.0;
        var work = 0.0;
        var second = 0L;
        for (var arrival : arrivals) {
            if (arrival.atNanos() / PEAK_NANOS != second) {
                second = arrival.atNanos() / PEAK_NANOS;
                work = 0;
            }
            work += millis(arrival) / 1_000;
            most = Math.max(most, work);
        }
        return most;
    }

    private static PoolConfig config(int min, int max, int buffer) {
        return PoolConfig.DEFAULT
                .withReplicas(min, max, buffer, Duration.ofSeconds(60))
                .withQueue(2_000, Duration.ofSeconds(60));
    }

    /** Poisson arrivals, thinned from the highest rate. */
    private static List<Arrival> arrivals(
            Scenario scenario, int function, SplittableRandom random) {
        var arrivals = new ArrayList<Arrival>();
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
                arrivals.add(Arrival.at((long) (second * 1e9)));
            }
        }
    }

    private static Row row(Load load, String policy, SimulatedPool.Tally tally) {
        var waits = tally.waitMillis.stream().sorted().toList();
        return new Row(
                load.name,
                policy,
                waits.size() + (int) tally.refused,
                tally.busyNanos / Math.max(1, tally.heldNanos),
                tally.heldNanos / 1e9 / Math.max(1e-9, load.seconds),
                tally.cold / (double) Math.max(1, waits.size()),
                List.of(
                        percentile(waits, 0.5),
                        percentile(waits, 0.95),
                        percentile(waits, 0.99),
                        percentile(waits, 1)),
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
