// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.servers.ProcessFigures;
import dev.polyloom.benchmarks.servers.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a host holds while nothing is asked of it.
 *
 * @param replicas in any state but ended
 * @param contexts guest contexts that are reachable
 * @param stock contexts that stand by, as the host counts them
 * @param claimed contexts that an app has, likewise
 * @param classLoaders of Java functions, that are reachable
 * @param threads of the process
 * @param descriptors open files and sockets
 * @param abandoned threads that could not be stopped
 * @param residentBytes its memory
 */
public record SoakHoldings(
        long replicas,
        long contexts,
        long stock,
        long claimed,
        long classLoaders,
        long threads,
        long descriptors,
        long abandoned,
        long residentBytes) {

    /** Before anything is known. */
    static final SoakHoldings NOTHING = new SoakHoldings(0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final String CONTEXT = "com.oracle.graal.python.runtime.PythonContext";
    private static final String LOADER = "dev.polyloom.bridge.java.AppClassLoader";

    /** The contexts that discovered an app and wait to be its first replica, at most. */
    private static final int DISCOVERERS_MAX = 4;

    /** The contexts that stand by, at most. */
    private static final int STOCK_MAX = 8;

    /** Contexts that have ended and that the engine still knows. */
    private static final int ENDED_MAX = 4;

    /** Loaders of versions that a save has just replaced. */
    private static final int LOADERS_MORE = 4;

    static SoakHoldings of(ServerProcess host, Probe probe, int admin, Path java)
            throws ServerException, IOException, InterruptedException {
        String metrics = probe.send(admin, Request.get("/metrics")).body();
        // Collects first, so that what is told is reachable.
        String classes = histogram(host, java);
        ProcessFigures figures =
                ProcessFigures.of(host.pid())
                        .orElseThrow(() -> new ServerException("it ended:\n" + host.lastLines()));
        return new SoakHoldings(
                Metrics.sum(metrics, "polyloom_replicas"),
                instances(classes, CONTEXT),
                Metrics.sum(metrics, "polyloom_contexts", "state=\"stock\""),
                Metrics.sum(metrics, "polyloom_contexts", "state=\"claimed\""),
                instances(classes, LOADER),
                figures.threads(),
                ProcessFigures.descriptors(host.pid()).orElse(0),
                Metrics.sum(metrics, "polyloom_threads_abandoned"),
                figures.residentBytes());
    }

    /**
     * Whether each context is accounted for, and nothing but memory, which the heap's bound bounds,
     * exceeds the other's by more.
     */
    boolean within(SoakHoldings other, long more) {
        return replicas <= other.replicas
                && contexts <= stock + claimed + ENDED_MAX
                && stock <= STOCK_MAX
                && claimed <= replicas + DISCOVERERS_MAX
                && classLoaders <= other.classLoaders + LOADERS_MORE
                && threads <= other.threads + more
                && descriptors <= other.descriptors + more
                && abandoned <= other.abandoned;
    }

    private static String histogram(ServerProcess host, Path java)
            throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                java.resolveSibling("jcmd").toString(),
                                Long.toString(host.pid()),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        try (InputStream out = jcmd.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            int _ = jcmd.waitFor();
        }
    }

    private static long instances(String histogram, String type) {
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length >= 4 && fields[3].equals(type))
                .mapToLong(fields -> Long.parseLong(fields[1]))
                .sum();
    }
}
