// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.ColdSample;
import dev.polyloom.benchmarks.measure.Cold;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.report.ColdReport;
import dev.polyloom.benchmarks.report.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench cold}. */
@Command(
        name = "cold",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Times requests to functions that have no replica, while stock is warm.")
final class ColdCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--only",
            paramLabel = "APP",
            split = ",",
            description = "Ask these apps only: function, fastapi, java.")
    private List<String> only = new ArrayList<>(ColdSample.labels());

    @Option(
            names = "--apps",
            defaultValue = "4",
            description = "How many of each are served (default: ${DEFAULT-VALUE}).")
    private int apps;

    @Option(
            names = "--inputs",
            defaultValue = "100",
            description = "Requests to each kind (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    ColdCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException {
        Checks checks = new Checks(spec);
        checks.names("--only", only, ColdSample.labels());
        int served = checks.atLeast(1, "--apps", apps);
        int count = checks.atLeast(1, "--inputs", inputs);
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Cold cold =
                    new Cold(session.servers(), session.probe(), session.polyloom(), session::say);
            List<Cold.Result> results = new ArrayList<>();
            for (ColdSample sample : Arrays.asList(ColdSample.values())) {
                if (only.contains(sample.label())) {
                    results.add(
                            cold.run(
                                    sample,
                                    served,
                                    count,
                                    session.work().resolve("cold-" + sample.label())));
                }
            }
            ColdReport report = new ColdReport(Machine.facts(session.root()), results);
            session.write("cold", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            return Main.OK;
        }
    }
}
