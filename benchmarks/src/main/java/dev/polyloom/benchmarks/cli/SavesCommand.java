// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Sample;
import dev.polyloom.benchmarks.measure.Saves;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.SavesReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench saves}. */
@Command(
        name = "saves",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Saves files that a running host serves and times when the change shows.")
final class SavesCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--only",
            paramLabel = "APP",
            split = ",",
            description = {
                "Save these apps only: function, fastapi, flask, java",
                "(default: function,fastapi)."
            })
    private List<String> only = new ArrayList<>(List.of("function", "fastapi"));

    @Option(
            names = "--saves",
            defaultValue = "50",
            description = "How many of each (default: ${DEFAULT-VALUE}).")
    private int saves;

    @Option(
            names = "--pause",
            paramLabel = "MILLISECONDS",
            defaultValue = "1000",
            description = "Between an answer and the next save (default: ${DEFAULT-VALUE}).")
    private int pause;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    SavesCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException {
        Checks checks = new Checks(spec);
        List<Sample> samples = checks.samples("--only", only);
        int count = checks.atLeast(1, "--saves", saves);
        Duration between = Duration.ofMillis(checks.atLeast(0, "--pause", pause));
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Saves measure =
                    new Saves(session.servers(), session.probe(), session.polyloom(), session::say);
            List<Saves.Result> results = new ArrayList<>();
            for (Sample sample : samples) {
                results.add(
                        measure.run(
                                sample, count, between, session.work().resolve(sample.label())));
            }
            SavesReport report = new SavesReport(Machine.facts(session.root()), results);
            session.write("saves", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            boolean steady = results.stream().allMatch(Saves.Result::steady);
            session.say(
                    steady
                            ? "the host held no more in the end than after the first saves"
                            : "failed: the host held more in the end than after the first saves");
            return steady ? Main.OK : Main.FAILED;
        }
    }
}
