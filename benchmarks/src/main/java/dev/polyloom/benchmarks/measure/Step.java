// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.StepSample;
import dev.polyloom.benchmarks.load.Clients;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Adds many clients at once to the one of a running function. Confined to one thread. */
public final class Step {

    /** The share of the ideal throughput that is waited for. */
    public static final double SHARE = 0.9;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_MILLIS = 50;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Consumer<String> progress;

    /**
     * What is done.
     *
     * @param clients how many there are after the step
     * @param replicas the most of a function that takes one input at a time
     * @param before how long there is one client
     * @param longest how long to wait for the throughput
     * @param after how long the clients go on once it is there
     */
    public record Plan(
            int clients, int replicas, Duration before, Duration longest, Duration after) {}

    /**
     * What a step showed.
     *
     * @param idealPerSecond the throughput if nothing but the sleep took time
     * @param secondsToShare from the step to the end of the first second that had {@link #SHARE} of
     *     it; empty when none had
     * @param requests answered after the step
     * @param failures of them, with what was wrong
     * @param perSecond right answers in each whole second after the step
     */
    public record Result(
            StepSample sample,
            Plan plan,
            double idealPerSecond,
            OptionalDouble secondsToShare,
            long requests,
            List<String> failures,
            List<Long> perSecond) {

        /** Copies the lists. */
        public Result {
            failures = List.copyOf(failures);
            perSecond = List.copyOf(perSecond);
        }
    }

    /** Makes one. */
    public Step(Servers servers, Probe probe, Polyloom polyloom, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.progress = progress;
    }

    /**
     * Takes one step.
     *
     * @param folder for the function's file
     * @throws ServerException when the host does not start
     */
    public Result run(StepSample sample, Plan plan, Path folder)
            throws ServerException, IOException, InterruptedException {
        Path file = sample.write(folder, plan.replicas());
        List<String> options = List.of("--no-reload");
        try (ServerProcess host =
                servers.start(
                        "step-" + sample.label(),
                        port -> new Command(polyloom.serveQuietly(file, port, options), folder))) {
            double _ = probe.awaitFirst(host, StepSample.REQUEST, StepSample.ANSWER);
            return step(host, sample, plan);
        }
    }

    private Result step(ServerProcess host, StepSample sample, Plan plan)
            throws InterruptedException {
        int served = Math.min(plan.clients(), sample.inputs(plan.replicas()));
        double ideal = served * (double) TimeUnit.SECONDS.toMillis(1) / StepSample.SLEEP_MILLIS;
        Clients clients =
                new Clients(() -> probe.fault(host.port(), StepSample.REQUEST, StepSample.ANSWER));
        long begun;
        OptionalDouble reached;
        try (clients) {
            clients.add(1);
            TimeUnit.MILLISECONDS.sleep(plan.before().toMillis());
            begun = System.nanoTime();
            clients.add(plan.clients() - 1);
            reached = awaitShare(clients, begun, ideal, plan.longest());
            TimeUnit.MILLISECONDS.sleep(plan.after().toMillis());
        }
        return result(sample, plan, ideal, reached, clients.done(), begun);
    }

    private OptionalDouble awaitShare(Clients clients, long begun, double ideal, Duration longest)
            throws InterruptedException {
        while (System.nanoTime() - begun < longest.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            long now = System.nanoTime();
            if (now - begun >= WINDOW_NANOS
                    && clients.rightSince(now - WINDOW_NANOS) >= SHARE * ideal) {
                return OptionalDouble.of((now - begun) / NANOS_PER_SECOND);
            }
        }
        return OptionalDouble.empty();
    }

    private Result result(
            StepSample sample,
            Plan plan,
            double ideal,
            OptionalDouble reached,
            List<Clients.Done> all,
            long begun) {
        List<Clients.Done> after = all.stream().filter(one -> one.endNanos() - begun >= 0).toList();
        List<String> failures =
                after.stream().map(Clients.Done::fault).flatMap(Optional::stream).toList();
        List<Long> perSecond = new ArrayList<>();
        for (Clients.Done one : after) {
            int second = (int) ((one.endNanos() - begun) / WINDOW_NANOS);
            while (perSecond.size() <= second) {
                perSecond.add(0L);
            }
            if (one.fault().isEmpty()) {
                perSecond.set(second, perSecond.get(second) + 1);
            }
        }
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%s: %d requests, %d failures, %.0f/s ideal, right answers each second: %s",
                        sample.label(),
                        after.size(),
                        failures.size(),
                        ideal,
                        perSecond));
        return new Result(sample, plan, ideal, reached, after.size(), failures, perSecond);
    }
}
