// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.StepSample;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.measure.Step;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.StepReport;
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

/** {@code polyloom bench step}. */
@Command(
        name = "step",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Steps from one client to many of a handler that sleeps 100 ms.")
final class StepCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--only",
            paramLabel = "HANDLER",
            split = ",",
            description = "These handlers only: sync, concurrent-sync, concurrent-async.")
    private List<String> only = new ArrayList<>(StepSample.labels());

    @Option(
            names = "--clients",
            defaultValue = "64",
            description = "How many after the step (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--replicas",
            defaultValue = "8",
            description = {
                "The most replicas of the handler that takes one input at a time",
                "(default: ${DEFAULT-VALUE})."
            })
    private int replicas;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description = "Longest wait for the throughput (default: ${DEFAULT-VALUE}).")
    private int longest;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = {
                "How long one client is there before, and all of them after it",
                "(default: ${DEFAULT-VALUE})."
            })
    private int seconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    StepCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException {
        Checks checks = new Checks(spec);
        checks.names("--only", only, StepSample.labels());
        Duration around = Duration.ofSeconds(checks.atLeast(1, "--seconds", seconds));
        Step.Plan plan =
                new Step.Plan(
                        checks.atLeast(2, "--clients", clients),
                        checks.atLeast(1, "--replicas", replicas),
                        around,
                        Duration.ofSeconds(checks.atLeast(1, "--wait", longest)),
                        around);
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Step step =
                    new Step(session.servers(), session.probe(), session.polyloom(), session::say);
            List<Step.Result> results = new ArrayList<>();
            for (StepSample sample : StepSample.values()) {
                if (only.contains(sample.label())) {
                    results.add(
                            step.run(
                                    sample,
                                    plan,
                                    session.work().resolve("step-" + sample.label())));
                }
            }
            StepReport report = new StepReport(Machine.facts(session.root()), results);
            session.write("step", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            results.stream()
                    .flatMap(result -> result.failures().stream())
                    .distinct()
                    .forEach(failure -> session.say("failed: " + failure));
            return report.whole() ? Main.OK : Main.FAILED;
        }
    }
}
