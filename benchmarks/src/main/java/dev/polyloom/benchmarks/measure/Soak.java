// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.apps.SoakApps;
import dev.polyloom.benchmarks.load.OneShot;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Lets a host serve functions that harm themselves while their files are saved again, and looks
 * whether every input was answered and whether the host holds what it held before. Confined to one
 * thread.
 */
public final class Soak {

    private static final List<String> FUNCTIONS =
            List.of("soak-plain", "soak-routes", "soak-pages", "steel-java");
    private static final String JAVA = "steel-java";

    /** The function that answers in JSON. */
    private static final String QUOTING = "soak-plain";

    /** The number of inputs that are sent until they are answered. */
    private static final String PROBE = "0";

    private static final Duration SILENCE_MAX = Duration.ofSeconds(150);
    private static final Duration SETTLE_WAIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 500;
    // Compilers, collectors, carriers and pooled workers come and go as the JVM pleases.
    private static final int JVM_SLACK = 12;
    private static final int PAUSE_MILLIS_MAX = 100;

    private final Servers servers;
    private final Probe probe;
    private final Polyloom polyloom;
    private final Consumer<String> progress;

    /**
     * What to do.
     *
     * @param length how long
     * @param clients how many send at once
     * @param saves how long between two saves
     * @param seed what the inputs are drawn from
     * @param without what is left out
     */
    public record Plan(
            Duration length, int clients, Duration saves, long seed, Set<SoakKind> without) {}

    /**
     * What came of it.
     *
     * @param answers how often each kind was answered with each status
     * @param saves how often the files were saved
     * @param faults what must not be
     * @param before what the host held after all kinds had been served once, idle
     * @param after what it held in the end, idle
     */
    public record Result(
            Map<String, Map<Integer, Integer>> answers,
            int saves,
            List<String> faults,
            SoakHoldings before,
            SoakHoldings after) {

        /** Whether all was well. */
        public boolean well() {
            return faults.isEmpty() && after.within(before, JVM_SLACK);
        }
    }

    /** Makes one. */
    public Soak(Servers servers, Probe probe, Polyloom polyloom, Consumer<String> progress) {
        this.servers = servers;
        this.probe = probe;
        this.polyloom = polyloom;
        this.progress = progress;
    }

    /**
     * Runs a soak.
     *
     * @param folder for the functions' files
     * @throws ServerException when the host does not start, or ends
     */
    public Result run(Plan plan, Path folder)
            throws ServerException, IOException, InterruptedException {
        SoakApps apps = new SoakApps(folder);
        apps.save(0);
        int admin = Servers.freePort();
        List<String> options =
                List.of(
                        "--admin-port",
                        Integer.toString(admin),
                        "--no-access-log",
                        "--log-level",
                        "warn");
        try (ServerProcess host =
                servers.start(
                        "soak",
                        port -> new Command(polyloom.serve(folder, port, options), folder))) {
            for (String function : FUNCTIONS) {
                probe.awaitFirst(host, first(function), function.equals(QUOTING) ? "\"0\"" : "0");
            }
            SoakTally tally = new SoakTally();
            firstOfEach(host, plan, tally);
            SoakHoldings before = settled(host, admin, SoakHoldings.NOTHING);
            progress.accept("before: " + before);
            int saves = load(host, plan, apps, tally);
            // As before: the context that the last save was loaded in is a replica's, and goes.
            for (String function : FUNCTIONS) {
                ask(host, function, SoakKind.OK, function + "-last", tally);
            }
            SoakHoldings after = settled(host, admin, before);
            progress.accept("after: " + after);
            List<String> ran = apps.ran().stream().filter(one -> !one.equals(PROBE)).toList();
            tally.ran(ran, number -> !number.startsWith(JAVA));
            return new Result(tally.answers(), saves, tally.faults(), before, after);
        }
    }

    private static String path(String function, SoakKind kind, String number) {
        return "/" + function + "-dev/?kind=" + kind.label() + "&number=" + number;
    }

    private static Request first(String function) {
        return Request.get(path(function, SoakKind.OK, PROBE));
    }

    private void firstOfEach(ServerProcess host, Plan plan, SoakTally tally) {
        for (SoakKind kind : EnumSet.complementOf(copy(plan.without()))) {
            for (String function : FUNCTIONS) {
                if (!function.equals(JAVA) || kind.java()) {
                    ask(host, function, kind, function + "-first-" + kind.label(), tally);
                }
            }
        }
    }

    private static EnumSet<SoakKind> copy(Set<SoakKind> kinds) {
        EnumSet<SoakKind> copy = EnumSet.noneOf(SoakKind.class);
        copy.addAll(kinds);
        return copy;
    }

    private static void ask(
            ServerProcess host, String function, SoakKind kind, String number, SoakTally tally) {
        try {
            OneShot answer = OneShot.get(host.port(), path(function, kind, number), SILENCE_MAX);
            tally.answered(number, kind, answer.status(), answer.body());
        } catch (IOException e) {
            tally.unanswered(number, kind, e);
        }
    }

    /** Loads the host for the plan's length; returns how often the files were saved. */
    private int load(ServerProcess host, Plan plan, SoakApps apps, SoakTally tally)
            throws ServerException, IOException, InterruptedException {
        long end = System.nanoTime() + plan.length().toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < plan.clients(); client++) {
            int number = client;
            clients.add(
                    Thread.ofPlatform()
                            .name("soak-" + client)
                            .start(() -> client(host, plan, number, end, tally)));
        }
        int saves = 0;
        while (System.nanoTime() < end && host.alive()) {
            TimeUnit.MILLISECONDS.sleep(plan.saves().toMillis());
            apps.save(++saves);
            progress.accept("save " + saves + ": " + tally.answers());
        }
        for (Thread client : clients) {
            client.join();
        }
        if (!host.alive()) {
            throw new ServerException("it ended:\n" + host.lastLines());
        }
        return saves;
    }

    private static void client(
            ServerProcess host, Plan plan, int client, long end, SoakTally tally) {
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed() + client);
        int count = 0;
        while (System.nanoTime() < end && host.alive()) {
            String function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            SoakKind kind = draw(random, plan.without());
            if (function.equals(JAVA) && !kind.java()) {
                continue;
            }
            ask(host, function, kind, function + "-" + client + "-" + ++count, tally);
            try {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MILLIS_MAX));
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static SoakKind draw(RandomGenerator random, Set<SoakKind> without) {
        List<SoakKind> lots = new ArrayList<>();
        for (SoakKind kind : SoakKind.values()) {
            for (int lot = 0; lot < kind.share() && !without.contains(kind); lot++) {
                lots.add(kind);
            }
        }
        return lots.get(random.nextInt(lots.size()));
    }

    /** Waits until the host is idle and holds no more than before, or for two minutes. */
    private SoakHoldings settled(ServerProcess host, int admin, SoakHoldings before)
            throws ServerException, IOException, InterruptedException {
        long deadline = System.nanoTime() + SETTLE_WAIT.toNanos();
        boolean known = !before.equals(SoakHoldings.NOTHING);
        SoakHoldings now = SoakHoldings.of(host, probe, admin, polyloom.java());
        while (System.nanoTime() < deadline
                && (now.replicas() > 0 || (known && !now.within(before, JVM_SLACK)))) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            now = SoakHoldings.of(host, probe, admin, polyloom.java());
        }
        return now;
    }

    /** For people. */
    public static String table(Result result) {
        StringBuilder text = new StringBuilder();
        result.answers()
                .forEach((kind, counts) ->
                        text.append(String.format(Locale.ROOT, "%-8s %s%n", kind, counts)));
        text.append("saves    ").append(result.saves()).append('\n');
        text.append("before   ").append(result.before()).append('\n');
        text.append("after    ").append(result.after()).append('\n');
        result.faults().forEach(fault -> text.append("fault: ").append(fault).append('\n'));
        return text.toString();
    }
}
