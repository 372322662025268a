// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

import dev.polyloom.isolates.Admission;
import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Rejected;
import dev.polyloom.isolates.Isolate;
import dev.polyloom.isolates.IsolateStartException;
import dev.polyloom.isolates.Pool;
import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolObserver;
import dev.polyloom.isolates.PoolRuntime;
import dev.polyloom.isolates.ReplicaBudget;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What acquiring and releasing a place on a ready replica costs: alone, with 32 threads that find
 * room, and with 32 that queue for 4 places.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx512m"})
public class PoolBenchmark {

    /** Replicas, and inputs that each takes at once. */
    @Param({"1x1", "32x1", "1x64", "4x1"})
    public String shape = "1x1";

    private Pool<NoIsolate> pool = pool("1x1");

    /** An isolate without anything to run. */
    private static final class NoIsolate implements Isolate {
        @Override
        public void start() {}

        @Override
        public void stop(Duration grace) {}

        @Override
        public void kill() {}

        @Override
        public boolean alive() {
            return true;
        }
    }

    private static Pool<NoIsolate> pool(String shape) {
        var split = shape.indexOf('x');
        var replicas = Integer.parseInt(shape.substring(0, split));
        var inputs = Integer.parseInt(shape.substring(split + 1));
        var config =
                PoolConfig.DEFAULT
                        .withReplicas(replicas, replicas, 0, Duration.ofMinutes(1))
                        .withInputs(inputs, inputs);
        var runtime = PoolRuntime.standard(ReplicaBudget.unlimited());
        return new Pool<>("noop", config, NoIsolate::new, PoolObserver.NONE, runtime);
    }

    /** Starts the replicas. */
    @Setup
    public void open() throws IsolateStartException, TimeoutException, InterruptedException {
        pool.close();
        pool = pool(shape);
        pool.prestart(pool.config().minReplicas(), Duration.ofSeconds(10));
    }

    /** Ends the replicas. */
    @TearDown
    public void close() {
        pool.close();
    }

    /** One thread. */
    @Benchmark
    @Threads(1)
    public void alone(Blackhole sink) throws InterruptedException {
        use(pool.acquire(), sink);
    }

    /** 32 threads. */
    @Benchmark
    @Threads(32)
    public void crowd(Blackhole sink) throws InterruptedException {
        use(pool.acquire(), sink);
    }

    private static void use(Admission<NoIsolate> answer, Blackhole sink) {
        switch (answer) {
            case Admitted<NoIsolate>(var lease) -> {
                sink.consume(lease.isolate());
                lease.close();
            }
            case Rejected<NoIsolate> refused -> throw new IllegalStateException(refused.detail());
        }
    }
}
