// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.Applications;
import dev.polyloom.benchmarks.apps.Kind;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.measure.ApplicationResult;
import dev.polyloom.benchmarks.measure.Comparison;
import dev.polyloom.benchmarks.measure.Plan;
import dev.polyloom.benchmarks.report.ComparisonReport;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.servers.BareHelidon;
import dev.polyloom.benchmarks.servers.Contender;
import dev.polyloom.benchmarks.servers.PeerEnvironment;
import dev.polyloom.benchmarks.servers.PythonPeer;
import dev.polyloom.python.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench}. */
@Command(
        name = "polyloom bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A run of everything takes about two hours. Exit code 1 when a server failed.",
            "",
            "Examples:",
            "  polyloom bench --smoke",
            "  polyloom bench --only fastapi-hello,square --peers uvicorn --rounds 3"
        },
        subcommands = {
            ColdCommand.class,
            ConformanceCommand.class,
            ManyCommand.class,
            PoolCommand.class,
            ReplicasCommand.class,
            SavesCommand.class,
            SimulateCommand.class,
            SoakCommand.class,
            SocketsCommand.class,
            StartCommand.class,
            StepCommand.class
        },
        description = "Measures Polyloom and its peers side by side and prints tables of ratios.")
final class BenchCommand implements Callable<Integer> {

    private static final Plan SMOKE = new Plan(2, 1, 1, 2, 16, 1, 1);
    private static final List<String> SMOKE_PEERS = List.of("uvicorn", "gunicorn", "helidon");

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RoundOptions measured = new RoundOptions();

    @Option(
            names = "--only",
            paramLabel = "APP",
            split = ",",
            description = "Measure these applications only.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--peers",
            paramLabel = "PEER",
            split = ",",
            description = {
                "Compare with these servers only: uvicorn, granian, hypercorn, gunicorn, helidon."
            })
    private List<String> peers = new ArrayList<>();

    @Option(
            names = "--starts",
            defaultValue = "3",
            description = "Fresh starts of each server (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Longest load before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--connections",
            defaultValue = "16",
            description = "Clients at once (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--workers",
            defaultValue = "1",
            description = {
                "Worker processes of each peer, and the most replicas of Polyloom",
                "(default: ${DEFAULT-VALUE})."
            })
    private int workers;

    @Option(
            names = "--smoke",
            description = "The short form, within two minutes: does the command itself work?")
    private boolean smoke;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    BenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, EnvironmentException {
        List<Application> applications = applications();
        Set<String> names = peerNames();
        Checks checks = new Checks(spec);
        Plan plan =
                smoke
                        ? SMOKE
                        : new Plan(
                                measured.rounds(checks),
                                measured.seconds(checks),
                                checks.atLeast(1, "--starts", starts),
                                checks.atLeast(2, "--warm-up", warmUp),
                                checks.atLeast(1, "--connections", connections),
                                checks.atLeast(1, "--workers", workers),
                                measured.seed());
        Path wrk = Wrk.find().orElse(null);
        if (wrk == null) {
            throw new UnmetException(Wrk.MISSING);
        }
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Map<String, String> facts = Machine.facts(session.root());
            List<Contender> contenders = contenders(session, names, applications, facts);
            Path scripts = Files.createDirectories(session.work().resolve("scripts"));
            Comparison comparison =
                    new Comparison(
                            contenders,
                            plan,
                            session.servers(),
                            session.probe(),
                            new Wrk(wrk, scripts),
                            session.work(),
                            session::say);
            List<ApplicationResult> results = new ArrayList<>();
            for (Application application : applications) {
                results.add(comparison.run(application));
                session.say("");
                ComparisonReport report = new ComparisonReport(facts, plan, results);
                session.write("comparison", report.markdown(), report.json());
            }
            return show(session, new ComparisonReport(facts, plan, results));
        }
    }

    private static int show(Session session, ComparisonReport report) {
        session.say("\n" + report.figures().text());
        session.say(
                "Polyloom's throughput by the peers', median (least–greatest) of the rounds:\n");
        session.say(report.ratios().text());
        if (!report.whole()) {
            session.say("failed:\n" + report.failures());
        }
        return report.whole() ? Main.OK : Main.FAILED;
    }

    private List<Application> applications() {
        List<Application> all = Applications.all();
        List<String> wanted = only.isEmpty() && smoke ? Applications.SMOKE : only;
        List<String> known = all.stream().map(Application::name).toList();
        new Checks(spec).names("--only", wanted, known);
        return all.stream().filter(one -> wanted.isEmpty() || wanted.contains(one.name())).toList();
    }

    private Set<String> peerNames() {
        List<String> known =
                Stream.concat(
                                Arrays.stream(PythonPeer.Server.values()).map(PythonPeer::nameOf),
                                Stream.of(BareHelidon.NAME))
                        .toList();
        new Checks(spec).names("--peers", peers, known);
        List<String> usual = smoke ? SMOKE_PEERS : known;
        return Set.copyOf(peers.isEmpty() ? usual : peers);
    }

    private List<Contender> contenders(
            Session session,
            Set<String> names,
            List<Application> applications,
            Map<String, String> facts)
            throws IOException, InterruptedException, EnvironmentException {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(session.polyloom());
        List<PythonPeer.Server> servers =
                Arrays.stream(PythonPeer.Server.values())
                        .filter(server -> names.contains(PythonPeer.nameOf(server)))
                        .toList();
        Set<Kind> kinds = applications.stream().map(Application::kind).collect(Collectors.toSet());
        if (!servers.isEmpty() && !kinds.equals(Set.of(Kind.JAVA))) {
            PeerEnvironment environment =
                    session.peers(
                            facts,
                            "fastapi",
                            "flask",
                            "granian",
                            "gunicorn",
                            "httptools",
                            "hypercorn",
                            "pydantic",
                            "uvicorn",
                            "uvloop");
            servers.forEach(server -> contenders.add(new PythonPeer(server, environment.python())));
        }
        if (names.contains(BareHelidon.NAME)) {
            contenders.add(BareHelidon.usual());
        }
        return contenders;
    }
}
