// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.apps.Sample;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ProcessFigures;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Saves a file that a running host serves, again and again, and times how long the old answer is
 * still given. Confined to one thread.
 */
public final class Saves {

    private static final Duration SHOW_WAIT = Duration.ofMinutes(2);
    private static final Duration SETTLE_WAIT = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 2;
    private static final long SETTLE_POLL_MILLIS = 250;
    // What is left behind by each save would by far exceed one in ten.
    private static final int LEAK_SHARE = 10;
    // Compilers, collectors and carriers come and go as the JVM pleases, whatever is saved.
    private static final int JVM_SLACK = 8;

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Consumer<String> progress;

    /**
     * What the host holds.
     *
     * @param replicas in any state but ended, of all functions
     */
    public record Holdings(long threads, long descriptors, long replicas, long residentBytes) {

        /** Whether nothing but memory, which nobody bounds here, exceeds the other's by more. */
        boolean within(Holdings other, long more) {
            return threads <= other.threads + more
                    && descriptors <= other.descriptors + more
                    && replicas <= other.replicas + more;
        }
    }

    /**
     * What the saves of one sample showed.
     *
     * @param millis from the start of each save to the new answer
     * @param before what the host held after the first saves
     * @param after what it held in the end
     * @param steady whether it held no more in the end
     */
    public record Result(
            Sample sample, List<Double> millis, Holdings before, Holdings after, boolean steady) {

        /** Copies the list. */
        public Result {
            millis = List.copyOf(millis);
        }
    }

    /** Makes one. */
    public Saves(Servers servers, Probe probe, Polyloom polyloom, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.progress = progress;
    }

    /**
     * Saves a sample.
     *
     * @param count how often
     * @param pause between an answer and the next save
     * @param folder for its file
     * @throws ServerException when the host does not start or a save does not show within two
     *     minutes
     */
    public Result run(Sample sample, int count, Duration pause, Path folder)
            throws ServerException, IOException, InterruptedException {
        Path file = sample.write(folder, 0);
        int admin = Servers.freePort();
        List<String> options = List.of("--admin-port", Integer.toString(admin));
        try (ServerProcess host =
                servers.start(
                        "saves-" + sample.label(),
                        port -> new Command(polyloom.serveQuietly(file, port, options), folder))) {
            probe.awaitFirst(host, sample.request(), sample.answer(0));
            int first = Math.max(1, count / LEAK_SHARE);
            List<Double> millis = new ArrayList<>();
            for (int save = 1; save <= first; save++) {
                millis.add(save(host, sample, save, pause, folder));
            }
            Holdings before = settled(host, admin, new Holdings(0, 0, 0, 0), 0);
            for (int save = first + 1; save <= count; save++) {
                millis.add(save(host, sample, save, pause, folder));
            }
            int more = JVM_SLACK + (count - first) / LEAK_SHARE;
            Holdings after = settled(host, admin, before, more);
            return new Result(sample, millis, before, after, after.within(before, more));
        }
    }

    private double save(ServerProcess host, Sample sample, int number, Duration pause, Path folder)
            throws ServerException, IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        String answer = sample.answer(number);
        long begun = System.nanoTime();
        sample.write(folder, number);
        while (!probe.answers(host.port(), sample.request(), answer)) {
            if (System.nanoTime() - begun > SHOW_WAIT.toNanos()) {
                throw new ServerException(
                        "save "
                                + number
                                + " of "
                                + sample.label()
                                + " did not show within "
                                + SHOW_WAIT.toSeconds()
                                + " s; "
                                + probe.fault(host.port(), sample.request(), answer)
                                        .orElse("now it does")
                                + "\n"
                                + host.lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        double millis = (System.nanoTime() - begun) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        progress.accept(
                String.format(Locale.ROOT, "%s: save %d: %.0f ms", sample.label(), number, millis));
        return millis;
    }

    /**
     * Waits until the host holds no more than it did before; what the last saves replaced is given
     * up a while after they show.
     */
    private Holdings settled(ServerProcess host, int admin, Holdings before, long more)
            throws ServerException, IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_WAIT.toNanos();
        Holdings least = holdings(host, admin);
        while (!least.within(before, more) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(SETTLE_POLL_MILLIS);
            Holdings now = holdings(host, admin);
            least =
                    new Holdings(
                            Math.min(least.threads(), now.threads()),
                            Math.min(least.descriptors(), now.descriptors()),
                            Math.min(least.replicas(), now.replicas()),
                            now.residentBytes());
        }
        return least;
    }

    private Holdings holdings(ServerProcess host, int admin)
            throws ServerException, IOException, InterruptedException {
        ProcessFigures figures =
                ProcessFigures.of(host.pid())
                        .orElseThrow(() -> new ServerException("it ended:\n" + host.lastLines()));
        String metrics = probe.send(admin, Request.get("/metrics")).body();
        return new Holdings(
                figures.threads(),
                ProcessFigures.descriptors(host.pid()).orElse(0),
                Metrics.sum(metrics, "polyloom_replicas"),
                figures.residentBytes());
    }
}
