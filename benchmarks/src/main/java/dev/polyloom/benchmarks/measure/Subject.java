// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.load.LoadException;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.load.WrkResult;
import dev.polyloom.benchmarks.servers.Contender;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server while it is measured with one application. Confined to one thread. Once it has failed,
 * every further step does nothing.
 */
final class Subject implements AutoCloseable {

    private static final int WINDOW_SECONDS = 2;
    // A server that compiles has plateaus on its way up.
    private static final double COMPILING_SHARE_MIN = 0.5;

    private final Contender contender;
    private final Application application;
    private final ApplicationFolder files;
    private final Plan plan;
    private final Tools tools;

    private final List<Double> starts = new ArrayList<>();
    private final List<ServerResult.Round> rounds = new ArrayList<>();
    private Curve warmUp = new Curve(List.of());
    private long residentBytes;
    private @Nullable String failure;
    private @Nullable ServerProcess server;

    /** What subjects are measured with. */
    record Tools(Servers servers, Probe probe, Wrk wrk) {}

    /** A step of the measurement. */
    private interface Step {
        void run() throws ServerException, LoadException, IOException, InterruptedException;
    }

    Subject(
            Contender contender,
            Application application,
            ApplicationFolder files,
            Plan plan,
            Tools tools) {
        this.contender = contender;
        this.application = application;
        this.files = files;
        this.plan = plan;
        this.tools = tools;
    }

    String name() {
        return contender.name();
    }

    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** The last round's throughput; 0 when there is none. */
    double lastRate() {
        return rounds.isEmpty() ? 0 : rounds.getLast().load().requestsPerSecond();
    }

    /** Starts a fresh process, waits for its first answer and ends it. */
    void timeStart() throws InterruptedException {
        attempt(() -> {
            try (ServerProcess fresh = process()) {
                starts.add(
                        tools.probe()
                                .awaitFirst(fresh, application.request(), application.answer()));
            }
        });
    }

    /** Starts the process that the load goes to. */
    void start() throws InterruptedException {
        attempt(() -> {
            server = process();
            starts.add(
                    tools.probe().awaitFirst(server, application.request(), application.answer()));
        });
    }

    /** Sends load until throughput no longer rises, within the plan's bound. */
    void warmUp() throws InterruptedException {
        attempt(() -> {
            long begun = System.nanoTime();
            double atLeast = contender.compiles() ? plan.warmUpSeconds() * COMPILING_SHARE_MIN : 0;
            double elapsed = 0;
            while (elapsed < plan.warmUpSeconds() && !(warmUp.settled() && elapsed >= atLeast)) {
                WrkResult window = load(running(), WINDOW_SECONDS);
                elapsed = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
                warmUp = warmUp.and(new Curve.Window(elapsed, window.requestsPerSecond()));
            }
        });
    }

    /** Measures one round. */
    void round() throws InterruptedException {
        attempt(() -> {
            ServerProcess loaded = running();
            check(loaded, "before the load");
            double before = loaded.cpuSeconds();
            WrkResult result = load(loaded, plan.seconds());
            if (result.requests() == 0) {
                throw new ServerException(
                        "no answer within " + plan.seconds() + " s of load\n" + loaded.lastLines());
            }
            rounds.add(new ServerResult.Round(result, loaded.cpuSeconds() - before));
            check(loaded, "after the load");
        });
    }

    /** Takes the last figures. */
    ServerResult result() throws InterruptedException {
        attempt(() -> residentBytes = running().figures().residentBytes());
        return new ServerResult(
                contender.name(),
                starts,
                warmUp,
                rounds,
                residentBytes,
                Optional.ofNullable(failure));
    }

    private void attempt(Step step) throws InterruptedException {
        if (failure != null) {
            return;
        }
        try {
            step.run();
        } catch (ServerException | LoadException | IOException e) {
            failure = String.valueOf(e.getMessage());
            close();
        }
    }

    private ServerProcess process() throws IOException {
        return tools.servers()
                .start(
                        application.name() + "-" + contender.name(),
                        port -> contender.command(application, files, port, plan.workers()));
    }

    private ServerProcess running() throws ServerException {
        ServerProcess running = server;
        if (running == null || !running.alive()) {
            throw new ServerException(
                    "it ended" + (running == null ? "" : ":\n" + running.lastLines()));
        }
        return running;
    }

    private WrkResult load(ServerProcess loaded, int seconds)
            throws ServerException, LoadException, IOException, InterruptedException {
        int connections =
                application.connections() == 0 ? plan.connections() : application.connections();
        WrkResult result =
                tools.wrk().run(application.request(), loaded.port(), connections, seconds);
        if (result.faults().isPresent()) {
            throw new ServerException(
                    "under load: " + result.faults().get() + "\n" + loaded.lastLines());
        }
        return result;
    }

    private void check(ServerProcess loaded, String when)
            throws ServerException, InterruptedException {
        Optional<String> fault =
                tools.probe().fault(loaded.port(), application.request(), application.answer());
        if (fault.isPresent()) {
            throw new ServerException(when + " " + fault.get() + "\n" + loaded.lastLines());
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
