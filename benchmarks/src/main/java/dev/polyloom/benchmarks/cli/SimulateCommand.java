// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.ScalingSimulation;
import dev.polyloom.benchmarks.Trace;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.SimulationReport;
import dev.polyloom.python.FileTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Has scaling policies carry synthetic load, or one that was recorded,",
            "in virtual time."
        })
final class SimulateCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @ArgGroup private @Nullable Recorded recorded;

    /** Where a recorded load comes from. */
    private static final class Recorded {
        @Option(
                names = "--trace",
                paramLabel = "FILE",
                description = "A trace, with lines SECONDS FUNCTION MILLISECONDS.")
        private @Nullable Path trace;

        @Option(
                names = "--access-log",
                paramLabel = "FILE",
                description = "What `polyloom serve --log-format json` has written.")
        private @Nullable Path log;
    }

    @Option(
            names = "--write-trace",
            paramLabel = "FILE",
            description = "Keep the recorded load as a trace.")
    private @Nullable Path written;

    @Option(
            names = "--start",
            paramLabel = "MILLISECONDS",
            defaultValue = "1500",
            description = "Mean time of a replica's start (default: ${DEFAULT-VALUE}).")
    private int start;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    SimulateCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Checks checks = new Checks(spec);
        ScalingSimulation simulation =
                new ScalingSimulation(
                        checks.atLeast(0, "--start", start),
                        ScalingSimulation.STANDARD.inputMillis());
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            List<ScalingSimulation.Row> rows = new ArrayList<>();
            for (ScalingSimulation.Load load : loads()) {
                rows.addAll(simulation.run(load));
            }
            SimulationReport report = new SimulationReport(Machine.facts(session.root()), rows);
            session.write("simulation", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            return Main.OK;
        }
    }

    private List<ScalingSimulation.Load> loads() throws IOException {
        Recorded given = recorded;
        if (given == null) {
            return ScalingSimulation.synthetic();
        }
        Trace trace;
        if (given.trace != null) {
            trace = Trace.read(given.trace);
        } else if (given.log != null) {
            trace = Trace.ofAccessLog(given.log);
        } else {
            throw new IllegalStateException("picocli lets one of them be given");
        }
        if (trace.inputs().isEmpty()) {
            throw new UnmetException("there are no requests in the record");
        }
        if (written != null) {
            FileTrees.replace(written, trace.text());
        }
        return List.of(ScalingSimulation.recorded("recorded", trace));
    }
}
