// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.measure.Soak;
import dev.polyloom.benchmarks.measure.SoakKind;
import dev.polyloom.benchmarks.report.Machine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code polyloom bench soak}. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serves functions that run past their timeout, end their isolate or fill the memory,",
            "while their files are saved again, and checks that every input is answered once and",
            "that the host holds in the end what it held before."
        })
final class SoakCommand implements Callable<Integer> {

    private static final double SECONDS_A_MINUTE = 60;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "How long, such as 0.5 (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--clients",
            defaultValue = "4",
            description = "How many send at once (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--saves",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "Between two saves (default: ${DEFAULT-VALUE}).")
    private int saves;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "What the inputs are drawn from (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--without",
            paramLabel = "KIND",
            split = ",",
            description = {
                "Leave these kinds of inputs out: sleep, late, spin, raise, exit, kill, swallow,",
                "hog."
            })
    private List<String> without = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    SoakCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ServerException {
        Checks checks = new Checks(spec);
        checks.names("--without", without, SoakKind.labels());
        Soak.Plan plan =
                new Soak.Plan(
                        Duration.ofSeconds(Math.round(minutes * SECONDS_A_MINUTE)),
                        checks.atLeast(1, "--clients", clients),
                        Duration.ofSeconds(checks.atLeast(1, "--saves", saves)),
                        seed,
                        without.stream()
                                .map(label -> SoakKind.valueOf(label.toUpperCase(Locale.ROOT)))
                                .collect(Collectors.toSet()));
        try (Session session = new Session(common, spec.commandLine().getOut())) {
            Soak soak =
                    new Soak(session.servers(), session.probe(), session.polyloom(), session::say);
            Soak.Result result = soak.run(plan, session.work().resolve("soak"));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("facts", Machine.facts(session.root()));
            json.put("seed", seed);
            json.put("soak", result);
            String table = Soak.table(result);
            session.write("soak", "# Soak\n\n```\n" + table + "```\n", json);
            session.say("\n" + table + (result.well() ? "all was well" : "failed"));
            return result.well() ? Main.OK : Main.FAILED;
        }
    }
}
