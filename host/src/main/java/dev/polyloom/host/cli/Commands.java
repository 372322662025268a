// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.embed.RuntimeProvider;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code polyloom} and its subcommands. */
@Command(
        name = "polyloom",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Hosts Python and Java functions on the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, CompletionCommand.class},
        footer = {
            "",
            "Try it:",
            "  polyloom serve hello.py        serve one file and reload it as you edit",
            "  polyloom serve examples        serve every app in a folder",
            "",
            "From a checkout also:",
            "  ./polyloom prepare             build and install what is missing, and no more",
            "  ./polyloom verify              run all tests and quality gates",
            "  ./polyloom bench               measure beside other servers"
        })
public final class Commands implements Runnable {

    /** All went well. */
    static final int OK = 0;

    /** The command could not do its work. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    Commands() {}

    /**
     * How a command line ended.
     *
     * @param code the exit code: 0 when all went well, 1 when the work failed, 2 when the command
     *     line is wrong
     * @param started whether a host was started for it
     */
    public record End(int code, boolean started) {}

    /**
     * Runs a command line.
     *
     * @param providers the languages that {@code serve} knows
     */
    public static End run(List<RuntimeProvider> providers, String... arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var line = commandLine(System.getenv()).setOut(out).setErr(err);
        var serve = Objects.requireNonNull(line.getSubcommands().get("serve"));
        ServeCommand command = serve.getCommand();
        command.providers(providers);
        var code = line.execute(arguments);
        out.flush();
        err.flush();
        if (command.started()) {
            NativeEnd.skipDestructors();
        }
        return new End(code, command.started());
    }

    /**
     * The parser.
     *
     * @param environment where options that are not given are looked up
     */
    static CommandLine commandLine(Map<String, String> environment) {
        var commandLine = new CommandLine(new Commands());
        commandLine.setDefaultValueProvider(new EnvironmentTwins(environment));
        commandLine.setParameterExceptionHandler(Commands::explain);
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        environment.containsKey("NO_COLOR") ? Ansi.OFF : Ansi.AUTO));
        commandLine.setUsageHelpAutoWidth(true);
        return commandLine;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Says what is wrong with the command line, and what was perhaps meant. */
    private static int explain(ParameterException wrong, String[] arguments) {
        var line = wrong.getCommandLine();
        var err = line.getErr();
        var words = line.getColorScheme();
        err.println(words.errorText("error: ") + String.valueOf(wrong.getMessage()));
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            var near = suggestions(unmatched);
            if (!near.isEmpty()) {
                err.println("hint: did you mean `" + String.join("` or `", near) + "`?");
            }
        }
        err.println(
                "hint: `" + line.getCommandSpec().qualifiedName() + " --help` lists all options");
        err.flush();
        return USAGE;
    }

    private static List<String> suggestions(UnmatchedArgumentException unmatched) {
        return unmatched.getUnmatched().isEmpty()
                ? List.of()
                : Suggestions.nearest(
                        unmatched.getUnmatched().getFirst(), unmatched.getCommandLine());
    }
}
