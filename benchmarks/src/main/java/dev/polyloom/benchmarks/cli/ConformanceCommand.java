// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.conformance.Score;
import dev.polyloom.benchmarks.conformance.Suite;
import dev.polyloom.benchmarks.conformance.SuiteRun;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.Table;
import dev.polyloom.python.EnvironmentException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polyloom conformance}. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs suites that others wrote against the host and prints their scores.",
        footer = {
            "",
            "Python packages are installed for it; programs that are missing are named with the",
            "way to get them. Exit code 1 when a score is below the best peer's.",
            "",
            "Examples:",
            "  polyloom conformance",
            "  polyloom conformance --full autobahn h2spec"
        })
final class ConformanceCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "SUITE",
            arity = "0..*",
            description = "Run these only (default: all): ${COMPLETION-CANDIDATES}.",
            completionCandidates = Labels.class)
    private List<String> names = new ArrayList<>();

    @Option(names = "--full", description = "Run all of Autobahn's cases, the long ones too.")
    private boolean full;

    @Option(
            names = "--runners",
            paramLabel = "FOLDER",
            defaultValue = "${env:POLYLOOM_CONFORMANCE_RUNNERS:-" + Option.NULL_VALUE + "}",
            description = {
                "Programs `run-SUITE.sh HOST PORT` in it take the place of the drivers here;",
                "their last line is `SUMMARY` with scores such as 45/47. For apps, run-apps.sh",
                "is given the name of each folder in apps/ too",
                "(default: $POLYLOOM_CONFORMANCE_RUNNERS)."
            })
    private @Nullable Path runners;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    ConformanceCommand() {}

    /** What suites there are. */
    static final class Labels extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        Labels() {
            super(Arrays.stream(Suite.values()).map(Suite::label).toList());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException, EnvironmentException {
        new Checks(spec).names("SUITE", names, new Labels());
        List<Suite> suites = Arrays.stream(Suite.values()).filter(this::asked).toList();
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            SuiteRun run =
                    new SuiteRun(
                            session.polyloom(),
                            session.environment("conformance").python(),
                            Optional.ofNullable(runners).map(Path::toAbsolutePath),
                            session.work(),
                            full);
            Map<Suite, Score> scores = new LinkedHashMap<>();
            for (Suite suite : suites) {
                session.say("running " + suite.label());
                scores.put(suite, run.run(suite, session.servers(), session.probe()));
            }
            Table table = table(scores);
            Map<String, String> facts = Machine.facts(session.root());
            session.write(
                    "conformance",
                    "Commit " + facts.get("commit") + "\n\n" + table.markdown(),
                    scores);
            session.say("\n" + table.text());
            boolean reached =
                    scores.entrySet().stream()
                            .allMatch(entry -> entry.getValue().atLeast(entry.getKey().best()));
            return reached ? Main.OK : Main.FAILED;
        }
    }

    private boolean asked(Suite suite) {
        return names.isEmpty()
                ? runners != null || !suite.needsRunners()
                : names.contains(suite.label());
    }

    private static Table table(Map<Suite, Score> scores) {
        return new Table(
                List.of("suite", "polyloom", "best peer known", "", "what failed"),
                5,
                scores.entrySet().stream()
                        .map(entry ->
                                List.of(
                                        entry.getKey().label(),
                                        entry.getValue().text(),
                                        entry.getKey().best().text(),
                                        entry.getValue().atLeast(entry.getKey().best())
                                                ? "reached"
                                                : "missed",
                                        entry.getValue().note()))
                        .toList());
    }
}
