// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.ColdSample;
import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks functions that have no replica, one at a time, while the host rests and its stock is full.
 * Confined to one thread.
 */
public final class Cold {

    private static final Duration GONE_WAIT = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 50;

    /** Longer than the host puts the refilling of its stock off after it was busy. */
    private static final Calm CALM = new Calm(Duration.ofMillis(1_200), Duration.ofSeconds(30));

    private static final Pattern TIMING = Pattern.compile("\\b(start|run);dur=([\\d.]{1,15})");
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Consumer<String> progress;

    /**
     * One input.
     *
     * @param millis from sending it to the end of the answer, as the client sees it
     * @param startMillis of them, until the replica had started, as the host tells
     * @param runMillis of them, in the function, likewise
     * @param calm whether the host had come to rest before
     */
    public record Input(double millis, double startMillis, double runMillis, boolean calm) {}

    /** What the inputs to one kind of app showed. */
    public record Result(ColdSample sample, List<Input> inputs) {

        /** Copies the list. */
        public Result {
            inputs = List.copyOf(inputs);
        }
    }

    /** Makes one. */
    public Cold(Servers servers, Probe probe, Polyloom polyloom, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.progress = progress;
    }

    /**
     * Serves some apps of one kind and asks them in turn. Each is asked once before, unmeasured:
     * the context that found out what is in an app may become its first replica.
     *
     * @param apps how many are served
     * @param count of inputs measured
     * @param folder for their files
     * @throws ServerException when the host does not start, answers wrongly, or does not let go of
     *     its replicas
     */
    public Result run(ColdSample sample, int apps, int count, Path folder)
            throws ServerException, IOException, InterruptedException {
        sample.write(folder, apps);
        int admin = Servers.freePort();
        List<String> options = List.of("--admin-port", Integer.toString(admin), "--no-reload");
        try (ServerProcess host =
                servers.start(
                        "cold-" + sample.label(),
                        port ->
                                new Command(
                                        polyloom.serveQuietly(folder, port, options), folder))) {
            for (int app = 1; app <= apps; app++) {
                double _ = probe.awaitFirst(host, sample.request(app), sample.answer(app));
            }
            List<Input> inputs = new ArrayList<>();
            for (int input = 0; input < count; input++) {
                inputs.add(ask(host, admin, sample, 1 + input % apps, input + 1));
            }
            return new Result(sample, inputs);
        }
    }

    private Input ask(ServerProcess host, int admin, ColdSample sample, int app, int number)
            throws ServerException, IOException, InterruptedException {
        awaitGone(host, admin);
        boolean calm = CALM.await(host);
        Request request = sample.request(app);
        // A connection of an earlier input may be there; making one is not what is measured.
        HttpResponse<String> _ = probe.send(host.port(), Request.get("/_polyloom/"));
        long begun = System.nanoTime();
        HttpResponse<String> answer = probe.send(host.port(), request);
        double millis = (System.nanoTime() - begun) / NANOS_PER_MILLI;
        String timing = answer.headers().firstValue("server-timing").orElse("");
        if (answer.statusCode() != 200 || !answer.body().equals(sample.answer(app))) {
            throw new ServerException(
                    "a cold input to "
                            + sample.label()
                            + " was answered "
                            + answer.statusCode()
                            + ": "
                            + answer.body()
                            + "\n"
                            + host.lastLines());
        }
        if (!timing.contains("cold")) {
            throw new ServerException("the input found a replica: " + timing);
        }
        Input input = new Input(millis, part(timing, "start"), part(timing, "run"), calm);
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%s: input %d: %.1f ms (start %.1f, run %.1f)%s",
                        sample.label(),
                        number,
                        millis,
                        input.startMillis(),
                        input.runMillis(),
                        calm ? "" : ", before the host was calm"));
        return input;
    }

    private static double part(String timing, String name) {
        Matcher parts = TIMING.matcher(timing);
        while (parts.find()) {
            if (parts.group(1).equals(name)) {
                return Double.parseDouble(parts.group(2));
            }
        }
        return 0;
    }

    private void awaitGone(ServerProcess host, int admin)
            throws ServerException, IOException, InterruptedException {
        long end = System.nanoTime() + GONE_WAIT.toNanos();
        while (Metrics.sum(probe.send(admin, Request.get("/metrics")).body(), "polyloom_replicas")
                > 0) {
            if (System.nanoTime() - end > 0) {
                throw new ServerException(
                        "idle replicas are still there after "
                                + GONE_WAIT.toSeconds()
                                + " s\n"
                                + host.lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
