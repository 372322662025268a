// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.ReplicasSample;
import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.load.Clients;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.JavaMemory;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ProcessFigures;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The memory of a host with one replica, then with more, and of uvicorn with as many workers.
 * Confined to one thread.
 */
public final class Replicas {

    private static final Request METRICS = Request.get("/metrics");
    private static final Duration GROWN_WAIT = Duration.ofMinutes(3);
    private static final Calm CALM = new Calm(Duration.ofSeconds(2), Duration.ofMinutes(1));
    private static final long POLL_MILLIS = 100;

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Path python;
    private final Consumer<String> progress;

    /**
     * One server with so many replicas or workers.
     *
     * @param residentBytes of all its processes, of a host after a collection
     * @param proportionalBytes likewise, with what processes share divided by them
     * @param liveBytes of Java objects; 0 of another server
     */
    public record Size(int count, long residentBytes, long proportionalBytes, long liveBytes) {}

    /** The sizes of both, from the fewest replicas to the most. */
    public record Result(List<Size> polyloom, List<Size> uvicorn) {

        /** Copies the lists. */
        public Result {
            polyloom = List.copyOf(polyloom);
            uvicorn = List.copyOf(uvicorn);
        }

        /** What each further one costs, by resident memory. */
        public static double residentEach(List<Size> sizes) {
            Size first = sizes.getFirst();
            Size last = sizes.getLast();
            return (last.residentBytes - first.residentBytes)
                    / (double) Math.max(1, last.count - first.count);
        }

        /** The same by proportional memory. */
        public static double proportionalEach(List<Size> sizes) {
            Size first = sizes.getFirst();
            Size last = sizes.getLast();
            return (last.proportionalBytes - first.proportionalBytes)
                    / (double) Math.max(1, last.count - first.count);
        }
    }

    /**
     * Makes one.
     *
     * @param python of the environment that has uvicorn
     */
    public Replicas(
            Servers servers,
            Probe probe,
            Polyloom polyloom,
            Path python,
            Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.python = python;
        this.progress = progress;
    }

    /**
     * Measures both.
     *
     * @param counts of replicas, rising
     * @throws ServerException when one does not start, or the host does not get so many replicas
     */
    public Result run(List<Integer> counts, Path folder)
            throws ServerException, IOException, InterruptedException {
        Path main = ReplicasSample.write(folder, counts.getLast());
        List<Size> own = polyloom(counts, main, folder);
        List<Size> peer = new ArrayList<>();
        for (int count : List.of(counts.getFirst(), counts.getLast())) {
            peer.add(uvicorn(count, folder));
        }
        return new Result(own, peer);
    }

    private List<Size> polyloom(List<Integer> counts, Path main, Path folder)
            throws ServerException, IOException, InterruptedException {
        int admin = Servers.freePort();
        List<String> options =
                List.of(
                        "--admin-port",
                        Integer.toString(admin),
                        "--no-reload",
                        "--no-access-log",
                        "--log-level",
                        "warn");
        JavaMemory memory = JavaMemory.beside(polyloom.java());
        List<Size> sizes = new ArrayList<>();
        try (ServerProcess host =
                servers.start(
                        "replicas-polyloom",
                        port -> new Command(polyloom.serve(main, port, options), folder))) {
            double _ = probe.awaitFirst(host, ReplicasSample.HELLO, ReplicasSample.ANSWER);
            for (int count : counts) {
                grow(host, admin, count);
                boolean _ = CALM.await(host);
                memory.collect(host.pid());
                long live = memory.liveBytes(host.pid());
                sizes.add(size("polyloom", count, host, live));
            }
        }
        return sizes;
    }

    /** Holds so many inputs at once, and so gets as many replicas, which then have served. */
    private void grow(ServerProcess host, int admin, int count)
            throws ServerException, IOException, InterruptedException {
        long end = System.nanoTime() + GROWN_WAIT.toNanos();
        Clients clients =
                new Clients(() ->
                        probe.fault(host.port(), ReplicasSample.HOLD, ReplicasSample.HOLD_ANSWER));
        try (clients) {
            clients.add(count);
            while (ready(admin) < count) {
                if (System.nanoTime() - end > 0) {
                    throw new ServerException(
                            "it did not get " + count + " replicas\n" + host.lastLines());
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        Optional<String> fault =
                clients.done().stream().flatMap(one -> one.fault().stream()).findFirst();
        if (fault.isPresent()) {
            throw new ServerException(fault.get());
        }
    }

    private long ready(int admin) throws IOException, InterruptedException {
        return Metrics.sum(
                probe.send(admin, METRICS).body(), "polyloom_replicas", "state=\"ready\"");
    }

    private Size uvicorn(int count, Path folder)
            throws ServerException, IOException, InterruptedException {
        try (ServerProcess server =
                servers.start(
                        "replicas-uvicorn-" + count,
                        port ->
                                new Command(
                                        List.of(
                                                python.toString(),
                                                "-m",
                                                "uvicorn",
                                                "--port=" + port,
                                                "--workers=" + count,
                                                "--loop=uvloop",
                                                "--http=httptools",
                                                "--no-access-log",
                                                "--log-level=warning",
                                                ReplicasSample.MODULE + ":app"),
                                        folder))) {
            double _ = probe.awaitFirst(server, ReplicasSample.PEER_HELLO, ReplicasSample.ANSWER);
            // All workers must have imported the application, not only the one that answered.
            boolean _ = CALM.await(server);
            return size("uvicorn", count, server, 0);
        }
    }

    private Size size(String name, int count, ServerProcess server, long live) throws IOException {
        Size size =
                new Size(
                        count,
                        server.figures().residentBytes(),
                        ProcessFigures.proportionalBytes(server.pids()),
                        live);
        progress.accept(
                "%s with %d: RSS %,d MiB, PSS %,d MiB, live objects %,d MiB"
                        .formatted(
                                name,
                                count,
                                size.residentBytes() >> 20,
                                size.proportionalBytes() >> 20,
                                live >> 20));
        return size;
    }
}
