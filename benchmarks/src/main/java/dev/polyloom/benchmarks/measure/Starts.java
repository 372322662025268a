// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Sample;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Times starts of the command as a person types it, each until the first right answer. Confined to
 * one thread.
 */
public final class Starts {

    private final Servers servers;
    private final Probe probe;
    private final Serve serve;
    private final Consumer<String> progress;

    /** The command that serves a file. */
    @FunctionalInterface
    public interface Serve {
        /** The command's words. */
        List<String> words(Path file, int port);
    }

    /**
     * One start.
     *
     * @param seconds from starting the command to the first right answer
     * @param cpuSeconds that the command ran until then
     */
    public record Start(double seconds, double cpuSeconds) {}

    /** Makes one. */
    public Starts(Servers servers, Probe probe, Serve serve, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.serve = serve;
        this.progress = progress;
    }

    /**
     * Starts each sample some times, in rounds whose order the seed decides.
     *
     * @param work a folder for their files
     * @throws ServerException when one does not start or answers wrongly
     */
    public Map<Sample, List<Start>> run(List<Sample> samples, int times, long seed, Path work)
            throws ServerException, IOException, InterruptedException {
        Map<Sample, List<Start>> starts = new EnumMap<>(Sample.class);
        samples.forEach(sample -> starts.put(sample, new ArrayList<>()));
        Random random = new Random(seed);
        List<Sample> order = new ArrayList<>(samples);
        for (int time = 1; time <= times; time++) {
            Collections.shuffle(order, random);
            for (Sample sample : order) {
                Start start = start(sample, work.resolve(sample.label()));
                starts.getOrDefault(sample, new ArrayList<>()).add(start);
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%s: start %d of %d: %.2f s, %.2f CPU-seconds",
                                sample.label(),
                                time,
                                times,
                                start.seconds(),
                                start.cpuSeconds()));
            }
        }
        return starts;
    }

    private Start start(Sample sample, Path folder)
            throws ServerException, IOException, InterruptedException {
        Path file = sample.write(folder, 0);
        try (ServerProcess server =
                servers.start(
                        "start-" + sample.label(),
                        port -> new Command(serve.words(file, port), folder))) {
            double seconds = probe.awaitFirst(server, sample.request(), sample.answer(0));
            return new Start(seconds, server.cpuSeconds());
        }
    }
}
