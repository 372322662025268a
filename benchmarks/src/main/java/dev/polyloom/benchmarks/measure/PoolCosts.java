// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.PoolBenchmark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmark of the pool and takes its figures. */
public final class PoolCosts {

    private PoolCosts() {}

    /**
     * What acquiring and releasing cost in one setting. Immutable.
     *
     * @param shape replicas and inputs of each
     * @param threads that do it at once
     * @param perMicrosecond how often it was done in all
     */
    public record Cost(String shape, int threads, double perMicrosecond) {

        /** How long it took one thread on average. */
        public double nanosEach() {
            return threads * 1_000 / perMicrosecond;
        }
    }

    /**
     * Measures, in processes of their own.
     *
     * @param brief one short iteration of each, in this process, to see whether it works
     * @param log where the progress goes
     */
    public static List<Cost> measure(boolean brief, Path log) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(PoolBenchmark.class.getName())
                        .mode(Mode.Throughput)
                        .verbosity(VerboseMode.NORMAL)
                        .output(log.toString());
        if (brief) {
            options =
                    options.forks(0)
                            .warmupIterations(0)
                            .measurementIterations(1)
                            .measurementTime(TimeValue.milliseconds(50));
        }
        List<Cost> costs = new ArrayList<>();
        for (RunResult result : new Runner(options.build()).run()) {
            costs.add(
                    new Cost(
                            result.getParams().getParam("shape"),
                            result.getParams().getThreads(),
                            result.getPrimaryResult().getScore()));
        }
        return costs;
    }
}
