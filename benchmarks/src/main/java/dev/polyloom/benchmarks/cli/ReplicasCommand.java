// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.measure.Replicas;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.ReplicasReport;
import dev.polyloom.benchmarks.servers.PeerEnvironment;
import dev.polyloom.python.EnvironmentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench replicas}. */
@Command(
        name = "replicas",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Finds the memory of each further replica, beside uvicorn's workers.")
final class ReplicasCommand implements Callable<Integer> {

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--counts",
            split = ",",
            description = "How many replicas, from one measurement to the next (default: 1,3,5,9).")
    private List<Integer> counts = new ArrayList<>(List.of(1, 3, 5, 9));

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    ReplicasCommand() {}

    @Override
    public Integer call()
            throws IOException, InterruptedException, ServerException, EnvironmentException {
        Checks checks = new Checks(spec);
        counts.forEach(count -> checks.atLeast(1, "--counts", count));
        checks.atLeast(2, "--counts", counts.getLast());
        List<Integer> rising =
                Stream.concat(Stream.of(1), counts.stream()).sorted().distinct().toList();
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Map<String, String> facts = Machine.facts(session.root());
            PeerEnvironment peers =
                    session.peers(facts, "fastapi", "httptools", "pydantic", "uvicorn", "uvloop");
            Replicas replicas =
                    new Replicas(
                            session.servers(),
                            session.probe(),
                            session.polyloom(),
                            peers.python(),
                            session::say);
            ReplicasReport report =
                    new ReplicasReport(
                            facts, replicas.run(rising, session.work().resolve("replicas")));
            session.write("replicas", report.markdown(), report.json());
            session.say("\n" + report.table().text());
            session.say(report.each());
            return Main.OK;
        }
    }
}
