// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.measure.Sockets;
import dev.polyloom.benchmarks.report.Machine;
import dev.polyloom.benchmarks.report.SocketsReport;
import dev.polyloom.benchmarks.servers.PeerEnvironment;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.PythonPeer;
import dev.polyloom.python.EnvironmentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench ws}. */
@Command(
        name = "ws",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends WebSocket messages through one FastAPI replica and through uvicorn with",
            "websockets, and holds connections that say nothing."
        })
final class SocketsCommand implements Callable<Integer> {

    private static final Sockets.Plan SMOKE = new Sockets.Plan(List.of(1, 4), 1, 1, 2, 20, 1, 1);

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RoundOptions measured = new RoundOptions();

    @Option(
            names = "--connections",
            split = ",",
            description = "At once, a measurement for each (default: 1,16,256).")
    private List<Integer> connections = new ArrayList<>(List.of(1, 16, 256));

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "Longest load before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--idle",
            paramLabel = "CONNECTIONS",
            defaultValue = "5000",
            description = "That say nothing; 0 for none (default: ${DEFAULT-VALUE}).")
    private int idle;

    @Option(
            names = "--hold",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long those are held (default: ${DEFAULT-VALUE}).")
    private int hold;

    @Option(
            names = "--smoke",
            description = "The short form, within a minute: does the command itself work?")
    private boolean smoke;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    SocketsCommand() {}

    @Override
    public Integer call()
            throws IOException, InterruptedException, EnvironmentException, ServerException {
        Sockets.Plan plan = smoke ? SMOKE : plan(new Checks(spec));
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Map<String, String> facts = Machine.facts(session.root());
            PeerEnvironment environment =
                    session.peers(facts, "fastapi", "httptools", "uvicorn", "uvloop", "websockets");
            Sockets measure =
                    new Sockets(
                            List.of(
                                    session.polyloom(),
                                    new PythonPeer(
                                            PythonPeer.Server.UVICORN, environment.python())),
                            Application.socket(Math.max(plan.idle(), most(plan)) + 1),
                            plan,
                            session.servers(),
                            session.probe(),
                            session.work(),
                            session::say);
            SocketsReport report = new SocketsReport(facts, Polyloom.NAME, measure.run());
            session.write("ws", report.markdown(), report.json());
            session.say("\n" + report.messages().text());
            session.say(report.idle().text());
            return Main.OK;
        }
    }

    private Sockets.Plan plan(Checks checks) {
        connections.forEach(number -> checks.atLeast(1, "--connections", number));
        return new Sockets.Plan(
                connections,
                measured.rounds(checks),
                measured.seconds(checks),
                checks.atLeast(2, "--warm-up", warmUp),
                checks.atLeast(0, "--idle", idle),
                checks.atLeast(0, "--hold", hold),
                measured.seed());
    }

    private static int most(Sockets.Plan plan) {
        return plan.connections().stream().max(Integer::compare).orElse(1);
    }
}
