// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.load.EchoClients;
import dev.polyloom.benchmarks.load.EchoResult;
import dev.polyloom.benchmarks.load.LoadException;
import dev.polyloom.benchmarks.servers.Contender;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures an application that sends WebSocket messages back: on servers that run side by side and
 * are under load one at a time, in rounds; then, on fresh ones, what connections cost that say
 * nothing. Confined to one thread.
 */
public final class Sockets {

    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final double COMPILING_SHARE_MIN = 0.5;

    private final List<Contender> contenders;
    private final Application application;
    private final ApplicationFolder files;
    private final Plan plan;
    private final Servers servers;
    private final Probe probe;
    private final Consumer<String> progress;
    private final Random order;

    /**
     * How much is measured.
     *
     * @param connections at once, one measurement for each
     * @param rounds of each server and number of connections
     * @param seconds of load in a round
     * @param warmUpSeconds of load before the first round, at most
     * @param idle connections that say nothing
     * @param holdSeconds that these are held
     * @param seed of the order within rounds
     */
    public record Plan(
            List<Integer> connections,
            int rounds,
            int seconds,
            int warmUpSeconds,
            int idle,
            int holdSeconds,
            long seed) {

        /** Copies the list. */
        public Plan {
            connections = List.copyOf(connections);
        }
    }

    /**
     * One round.
     *
     * @param cpuSeconds that the server ran
     */
    public record Round(EchoResult load, double cpuSeconds) {}

    /** The rounds of one server with so many connections. */
    public record Level(int connections, String server, List<Round> rounds) {

        /** Copies the list. */
        public Level {
            rounds = List.copyOf(rounds);
        }
    }

    /**
     * What silent connections cost a server.
     *
     * @param beforeBytes its resident memory without them
     * @param afterBytes that with them
     */
    public record Idle(int connections, String server, long beforeBytes, long afterBytes) {

        /** Memory for each. */
        public long bytesEach() {
            return (afterBytes - beforeBytes) / Math.max(1, connections);
        }
    }

    /** All of it. */
    public record Result(List<Level> levels, List<Idle> idle) {

        /** Copies the lists. */
        public Result {
            levels = List.copyOf(levels);
            idle = List.copyOf(idle);
        }
    }

    /** A server with what was measured of it since the last level. */
    private record Running(Contender contender, ServerProcess server, List<Round> rounds) {}

    /** Makes one, and writes the application's files. */
    public Sockets(
            List<Contender> contenders,
            Application application,
            Plan plan,
            Servers servers,
            Probe probe,
            Path work,
            Consumer<String> progress)
            throws IOException {
        this.contenders = List.copyOf(contenders);
        this.application = application;
        this.files = ApplicationFolder.write(application, work.resolve(application.name()), 1);
        this.plan = plan;
        this.servers = servers;
        this.probe = probe;
        this.progress = progress;
        this.order = new Random(plan.seed());
    }

    /**
     * Measures.
     *
     * @throws ServerException when a server does not do what it must
     */
    public Result run() throws ServerException, IOException, InterruptedException {
        List<Level> levels = new ArrayList<>();
        List<Running> running = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                progress.accept("warming up " + contender.name());
                ServerProcess server = start(contender);
                running.add(new Running(contender, server, new ArrayList<>()));
                warmUp(contender, server);
            }
            for (int connections : plan.connections()) {
                levels.addAll(rounds(connections, running));
            }
        } finally {
            running.forEach(one -> one.server().close());
        }
        List<Idle> idle = new ArrayList<>();
        if (plan.idle() > 0) {
            for (Contender contender : contenders) {
                idle.add(hold(contender));
            }
        }
        return new Result(levels, idle);
    }

    private ServerProcess start(Contender contender)
            throws ServerException, IOException, InterruptedException {
        ServerProcess server =
                servers.start(
                        application.name() + "-" + contender.name(),
                        port -> contender.command(application, files, port, 1));
        probe.awaitFirst(server, application.request(), application.answer());
        return server;
    }

    private void warmUp(Contender contender, ServerProcess server) throws ServerException {
        int most = plan.connections().stream().max(Integer::compare).orElse(1);
        double atLeast = contender.compiles() ? plan.warmUpSeconds() * COMPILING_SHARE_MIN : 0;
        long begun = System.nanoTime();
        Curve curve = new Curve(List.of());
        double elapsed = 0;
        while (elapsed < plan.warmUpSeconds() && !(curve.settled() && elapsed >= atLeast)) {
            EchoResult window = load(server, most, WINDOW);
            elapsed = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
            curve = curve.and(new Curve.Window(elapsed, window.perSecond()));
        }
    }

    private List<Level> rounds(int connections, List<Running> running) throws ServerException {
        running.forEach(one -> one.rounds().clear());
        for (int round = 1; round <= plan.rounds(); round++) {
            List<Running> shuffled = new ArrayList<>(running);
            Collections.shuffle(shuffled, order);
            for (Running one : shuffled) {
                double before = one.server().cpuSeconds();
                EchoResult load =
                        load(one.server(), connections, Duration.ofSeconds(plan.seconds()));
                one.rounds().add(new Round(load, one.server().cpuSeconds() - before));
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%d connections: round %d of %d: %s %,.0f/s",
                                connections,
                                round,
                                plan.rounds(),
                                one.contender().name(),
                                load.perSecond()));
            }
        }
        return running.stream()
                .map(one -> new Level(connections, one.contender().name(), one.rounds()))
                .toList();
    }

    private EchoResult load(ServerProcess server, int connections, Duration duration)
            throws ServerException {
        try (EchoClients clients =
                EchoClients.connect(server.port(), Application.SOCKET, connections)) {
            EchoResult result = clients.run(duration);
            if (result.messages() == 0) {
                throw new ServerException("no message came back\n" + server.lastLines());
            }
            return result;
        } catch (LoadException e) {
            throw new ServerException(e.getMessage() + "\n" + server.lastLines());
        }
    }

    private Idle hold(Contender contender)
            throws ServerException, IOException, InterruptedException {
        try (ServerProcess server = start(contender)) {
            // What the first connections load and compile is not what each of them costs.
            load(server, 1, WINDOW);
            long before = server.figures().residentBytes();
            try (EchoClients clients =
                    EchoClients.connect(server.port(), Application.SOCKET, plan.idle())) {
                clients.once();
                clients.hold(Duration.ofSeconds(plan.holdSeconds()));
                long after = server.figures().residentBytes();
                clients.once();
                progress.accept(
                        "%d idle connections: %s: %,d bytes each"
                                .formatted(
                                        plan.idle(),
                                        contender.name(),
                                        (after - before) / plan.idle()));
                return new Idle(plan.idle(), contender.name(), before, after);
            } catch (LoadException e) {
                throw new ServerException(e.getMessage() + "\n" + server.lastLines());
            }
        }
    }
}
