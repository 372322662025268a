// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.metrics;

import dev.polyloom.host.server.ServerObserver;
import dev.polyloom.isolates.Admission;
import dev.polyloom.isolates.PoolObserver;
import dev.polyloom.isolates.ReplicaState;
import dev.polyloom.isolates.RetireReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The host's counters. Thread-safe. Names start with {@code polyloom}; tags are the app, the
 * function and an outcome or reason, never a path.
 */
public final class HostMetrics implements ServerObserver, AutoCloseable {

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Key, FunctionMeters> functions = new ConcurrentHashMap<>();

    /** The bounds that waits and starts are counted by. */
    private static final Duration[] WAITS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private record Key(String app, String function) {}

    /** Creates an empty registry. */
    public HostMetrics() {}

    /** The observer for a function's pool. All generations of a function share its counters. */
    public PoolObserver observer(String app, String function) {
        return meters(app, function);
    }

    @Override
    public void inputEnded(String app, String function, String outcome, long nanos) {
        meters(app, function).ended(outcome, nanos);
    }

    @Override
    public void inputRefused(String app, String function, String reason) {
        meters(app, function).rejected(reason);
    }

    /** Shows a number that is asked for at each scrape. */
    public void gauge(String name, Tags tags, Supplier<Number> value) {
        Gauge.builder(name, value).tags(tags).register(registry);
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private FunctionMeters meters(String app, String function) {
        return functions.computeIfAbsent(
                new Key(app, function), key -> new FunctionMeters(registry, key));
    }

    /** The counters of one function. */
    private static final class FunctionMeters implements PoolObserver {

        private final PrometheusMeterRegistry registry;
        private final Tags tags;
        private final Timer queueWait;
        private final AtomicInteger queued;
        private final Counter coldInputs;
        private final Counter startFailures;
        private final Map<String, Timer> inputs = new ConcurrentHashMap<>();
        private final Map<ReplicaState, AtomicInteger> replicas = new EnumMap<>(ReplicaState.class);

        FunctionMeters(PrometheusMeterRegistry registry, Key key) {
            this.registry = registry;
            this.tags = Tags.of("app", key.app(), "function", key.function());
            this.queueWait =
                    Timer.builder("polyloom.queue.wait")
                            .tags(tags)
                            .serviceLevelObjectives(WAITS)
                            .register(registry);
            this.queued = gauge("polyloom.queue.length", tags);
            this.coldInputs = Counter.builder("polyloom.inputs.cold").tags(tags).register(registry);
            this.startFailures =
                    Counter.builder("polyloom.isolate.start.failures")
                            .tags(tags)
                            .register(registry);
            for (var state : ReplicaState.values()) {
                if (!state.ended()) {
                    replicas.put(state, gauge("polyloom.replicas", tags.and("state", word(state))));
                }
            }
        }

        private AtomicInteger gauge(String name, Tags tagged) {
            var value = new AtomicInteger();
            Gauge.builder(name, value, AtomicInteger::get).tags(tagged).register(registry);
            return value;
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        void ended(String outcome, long nanos) {
            var timer = inputs.get(outcome);
            if (timer == null) {
                timer =
                        inputs.computeIfAbsent(
                                outcome,
                                word ->
                                        Timer.builder("polyloom.inputs")
                                                .tags(tags.and("outcome", word))
                                                .register(registry));
            }
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }

        private void count(ReplicaState state, int change) {
            var gauge = replicas.get(state);
            if (gauge != null) {
                gauge.addAndGet(change);
            }
        }

        @Override
        public void replicaClaimed(long replica) {
            count(ReplicaState.CLAIMED, 1);
        }

        @Override
        public void replicaChanged(long replica, ReplicaState from, ReplicaState to) {
            count(from, -1);
            count(to, 1);
        }

        @Override
        public void startPhase(long replica, String phase, Duration took) {
            Timer.builder("polyloom.isolate.start")
                    .tags(tags.and("phase", phase))
                    .serviceLevelObjectives(WAITS)
                    .register(registry)
                    .record(took);
        }

        @Override
        public void startFailed(long replica, String cause, Duration backoff) {
            startFailures.increment();
        }

        @Override
        public void replicaRetired(long replica, RetireReason reason) {
            Counter.builder("polyloom.isolate.retired")
                    .tags(tags.and("reason", word(reason)))
                    .register(registry)
                    .increment();
        }

        @Override
        public void queueChanged(int from, int to) {
            queued.addAndGet(to - from);
        }

        @Override
        public void inputAdmitted(
                long replica, long queuedNanos, long startingNanos, boolean cold) {
            queueWait.record(queuedNanos, TimeUnit.NANOSECONDS);
            if (cold) {
                coldInputs.increment();
            }
        }

        @Override
        public void inputRejected(Admission.Reason reason) {
            rejected(word(reason));
        }

        void rejected(String reason) {
            Counter.builder("polyloom.rejected")
                    .tags(tags.and("reason", reason))
                    .register(registry)
                    .increment();
        }
    }
}
