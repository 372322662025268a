// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.ManyFunctions;
import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.load.LoadException;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.load.WrkResult;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.JavaMemory;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ProcessFigures;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Two hosts side by side, one of which serves many functions more that nobody asks. Confined to one
 * thread.
 */
public final class Many {

    private static final Request METRICS = Request.get("/metrics");

    /** The owner threads of contexts, one for each. */
    private static final String CONTEXT_THREADS = "python-";

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Wrk wrk;
    private final Consumer<String> progress;

    /**
     * What is done.
     *
     * @param functions of the larger host in all
     * @param active how many are asked; each is the first of a file of its own
     * @param rounds of load on each host in turn
     * @param seconds of load in a round
     */
    public record Plan(int functions, int active, int rounds, int seconds) {}

    /**
     * What one host showed.
     *
     * @param functions it serves
     * @param replicas when the active ones had been asked
     * @param contexts of which there is one for each replica, and the stock
     * @param liveBytes of Java objects, after a collection
     * @param residentBytes after a collection
     * @param perSecond requests of one client to one function, in each round
     */
    public record Host(
            int functions,
            long replicas,
            long contexts,
            long liveBytes,
            long residentBytes,
            List<WrkResult> perSecond) {

        /** Copies the list. */
        public Host {
            perSecond = List.copyOf(perSecond);
        }
    }

    /** Both hosts. */
    public record Result(Plan plan, Host few, Host many) {

        /** What each function more costs in live objects. */
        public double liveBytesEach() {
            return (many.liveBytes - few.liveBytes) / (double) (many.functions - few.functions);
        }
    }

    private record Running(ServerProcess process, int admin, int functions, List<WrkResult> load) {}

    /** Makes one. */
    public Many(
            Servers servers, Probe probe, Polyloom polyloom, Wrk wrk, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.wrk = wrk;
        this.progress = progress;
    }

    /**
     * Serves and measures.
     *
     * @param folder for the files
     * @throws ServerException when a host does not start or answers wrongly
     */
    public Result run(Plan plan, Path folder)
            throws ServerException, LoadException, IOException, InterruptedException {
        int perFile = Math.ceilDiv(plan.functions(), plan.active());
        Running few = start(new ManyFunctions(plan.active(), 1), folder.resolve("few"));
        try (ServerProcess _ = few.process()) {
            Running many = start(new ManyFunctions(plan.active(), perFile), folder.resolve("many"));
            try (ServerProcess _ = many.process()) {
                for (int round = 1; round <= plan.rounds(); round++) {
                    load(few, plan.seconds());
                    load(many, plan.seconds());
                }
                return new Result(plan, figures(few), figures(many));
            }
        }
    }

    private Running start(ManyFunctions functions, Path folder)
            throws ServerException, IOException, InterruptedException {
        functions.write(folder);
        int admin = Servers.freePort();
        List<String> options =
                List.of(
                        "--admin-port",
                        Integer.toString(admin),
                        "--no-reload",
                        "--no-access-log",
                        "--log-level",
                        "warn");
        int all = functions.files() * functions.perFile();
        ServerProcess host =
                servers.start(
                        "many-" + all,
                        port -> new Command(polyloom.serve(folder, port, options), folder));
        boolean up = false;
        try {
            for (int file = 1; file <= functions.files(); file++) {
                double _ =
                        probe.awaitFirst(
                                host, ManyFunctions.request(file), ManyFunctions.answer(file));
            }
            up = true;
        } finally {
            if (!up) {
                host.close();
            }
        }
        progress.accept(all + " functions are served, " + functions.files() + " have been asked");
        return new Running(host, admin, all, new ArrayList<>());
    }

    private void load(Running host, int seconds)
            throws ServerException, LoadException, IOException, InterruptedException {
        Optional<String> fault =
                probe.fault(
                        host.process().port(), ManyFunctions.request(1), ManyFunctions.answer(1));
        if (fault.isPresent()) {
            throw new ServerException(fault.get() + "\n" + host.process().lastLines());
        }
        WrkResult result = wrk.run(ManyFunctions.request(1), host.process().port(), 1, seconds);
        if (result.faults().isPresent()) {
            throw new ServerException(result.faults().get() + "\n" + host.process().lastLines());
        }
        host.load().add(result);
        progress.accept(
                "%,d functions: %,.0f requests a second, p50 %.3f ms"
                        .formatted(
                                host.functions(), result.requestsPerSecond(), result.p50Millis()));
    }

    private Host figures(Running host) throws ServerException, IOException, InterruptedException {
        JavaMemory memory = JavaMemory.beside(polyloom.java());
        long pid = host.process().pid();
        memory.collect(pid);
        ProcessFigures process =
                ProcessFigures.of(pid)
                        .orElseThrow(() ->
                                new ServerException("it ended:\n" + host.process().lastLines()));
        return new Host(
                host.functions(),
                Metrics.sum(probe.send(host.admin(), METRICS).body(), "polyloom_replicas"),
                ProcessFigures.threadsNamed(pid, CONTEXT_THREADS),
                memory.liveBytes(pid),
                process.residentBytes(),
                host.load());
    }
}
