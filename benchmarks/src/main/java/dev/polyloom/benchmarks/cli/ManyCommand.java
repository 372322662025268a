// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.load.LoadException;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.measure.Many;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.ManyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench many}. */
@Command(
        name = "many",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves many functions of which few are asked, and finds what the rest cost.")
final class ManyCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RoundOptions measured = new RoundOptions();

    @Option(
            names = "--functions",
            defaultValue = "1000",
            description = "How many are served (default: ${DEFAULT-VALUE}).")
    private int functions;

    @Option(
            names = "--active",
            defaultValue = "20",
            description =
                    "How many are asked, each in a file of its own (default: ${DEFAULT-VALUE}).")
    private int active;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    ManyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException, LoadException {
        Checks checks = new Checks(spec);
        int asked = checks.atLeast(1, "--active", active);
        Many.Plan plan =
                new Many.Plan(
                        checks.atLeast(asked + 1, "--functions", functions),
                        asked,
                        measured.rounds(checks),
                        measured.seconds(checks));
        Path wrk = Wrk.find().orElse(null);
        if (wrk == null) {
            throw new UnmetException(Wrk.MISSING);
        }
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Path scripts = Files.createDirectories(session.work().resolve("scripts"));
            Many many =
                    new Many(
                            session.servers(),
                            session.probe(),
                            session.polyloom(),
                            new Wrk(wrk, scripts),
                            session::say);
            ManyReport report =
                    new ManyReport(
                            Machine.facts(session.root()),
                            many.run(plan, session.work().resolve("many")));
            session.write("many", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            session.say(report.each());
            return Main.OK;
        }
    }
}
