// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Sample;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.measure.Starts;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.StartsReport;
import dev.polyloom.benchmarks.servers.Polyloom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Times starts of `polyloom serve FILE` until the first answer.")
final class StartCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--only",
            paramLabel = "APP",
            split = ",",
            description = "Start these apps only: function, fastapi, flask, java.")
    private List<String> only =
            new ArrayList<>(Arrays.stream(Sample.values()).map(Sample::label).toList());

    @Option(
            names = "--starts",
            defaultValue = "5",
            description = "How many of each (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the order within rounds (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    StartCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException {
        Checks checks = new Checks(spec);
        List<Sample> samples = checks.samples("--only", only);
        int times = checks.atLeast(1, "--starts", starts);
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Polyloom polyloom = session.polyloom();
            Starts.Serve serve =
                    common.launcher().isPresent()
                            ? (file, port) -> typed(session, common.launcher().get(), file, port)
                            : (file, port) -> polyloom.serve(file, port, List.of());
            Map<Sample, List<Starts.Start>> measured =
                    new Starts(session.servers(), session.probe(), serve, session::say)
                            .run(samples, times, seed, session.work());
            StartsReport report = new StartsReport(Machine.facts(session.root()), measured);
            session.write("start", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            return Main.OK;
        }
    }

    /** The command with the launcher, as a person types it. */
    private static List<String> typed(Session session, Path launcher, Path file, int port) {
        return List.of(
                launcher.toString(),
                "serve",
                file.toString(),
                "--port",
                Integer.toString(port),
                "--admin-port",
                "0",
                "--data-dir",
                session.work().resolve("data").toString());
    }
}
