// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Applications;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.measure.ApplicationResult;
import dev.polyloom.benchmarks.measure.Comparison;
import dev.polyloom.benchmarks.measure.Plan;
import dev.polyloom.benchmarks.measure.PoolCosts;
import dev.polyloom.benchmarks.report.ComparisonReport;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.PoolReport;
import dev.polyloom.benchmarks.servers.BareHelidon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench pool}. */
@Command(
        name = "pool",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares a Java function that does nothing with a bare Helidon route,",
            "and times what acquiring and releasing a replica costs."
        })
final class PoolCommand implements Callable<Integer> {

    private static final int CONNECTIONS = 16;

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RoundOptions measured = new RoundOptions();

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "Longest load before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--connections",
            defaultValue = "16",
            description = "Clients at once (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--smoke",
            description = "The short form, within a minute: does the command itself work?")
    private boolean smoke;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    PoolCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, RunnerException {
        Checks checks = new Checks(spec);
        Plan plan =
                smoke
                        ? new Plan(1, 1, 1, 2, CONNECTIONS, 1, 1)
                        : new Plan(
                                measured.rounds(checks),
                                measured.seconds(checks),
                                1,
                                checks.atLeast(2, "--warm-up", warmUp),
                                checks.atLeast(1, "--connections", connections),
                                1,
                                measured.seed());
        Path wrk = Wrk.find().orElse(null);
        if (wrk == null) {
            throw new UnmetException(Wrk.MISSING);
        }
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Path scripts = Files.createDirectories(session.work().resolve("scripts"));
            ApplicationResult routes =
                    new Comparison(
                                    List.of(
                                            session.polyloom(),
                                            BareHelidon.usual(),
                                            BareHelidon.like(session.polyloom())),
                                    plan,
                                    session.servers(),
                                    session.probe(),
                                    new Wrk(wrk, scripts),
                                    session.work(),
                                    session::say)
                            .run(Applications.NOTHING);
            PoolReport report =
                    new PoolReport(
                            new ComparisonReport(
                                    Machine.facts(session.root()), plan, List.of(routes)),
                            PoolCosts.measure(smoke, session.work().resolve("jmh.log")));
            session.write("pool", report.markdown(), report.json());
            session.say("\n" + report.comparison().figures().text());
            session.say(report.comparison().ratios().text());
            session.say(report.table().text());
            return report.comparison().whole() ? Main.OK : Main.FAILED;
        }
    }
}
