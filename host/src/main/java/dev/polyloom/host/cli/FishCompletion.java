// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the completion script for fish, which picocli does not. Pure functions. */
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandLine root) {
        var script = new StringBuilder("# fish completion for polyloom\n");
        script.append("complete -c polyloom -f -n __fish_use_subcommand\n");
        for (var command : root.getSubcommands().entrySet()) {
            var name = command.getKey();
            script.append("complete -c polyloom -f -n __fish_use_subcommand -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(first(command.getValue().getCommandSpec())))
                    .append('\n');
            for (var option : command.getValue().getCommandSpec().options()) {
                option(script, name, option);
            }
        }
        return script.toString();
    }

    private static void option(StringBuilder script, String command, OptionSpec option) {
        for (var name : names(option)) {
            script.append("complete -c polyloom -n '__fish_seen_subcommand_from ")
                    .append(command)
                    .append('\'');
            script.append(name.startsWith("--") ? " -l " : " -s ")
                    .append(name.startsWith("--") ? name.substring(2) : name.substring(1));
            var candidates = option.completionCandidates();
            if (option.arity().max() > 0 && candidates != null && candidates.iterator().hasNext()) {
                script.append(" -x -a ").append(quoted(String.join(" ", candidates)));
            } else if (option.arity().max() > 0) {
                script.append(" -r");
            }
            if (option.description().length > 0) {
                script.append(" -d ").append(quoted(option.description()[0]));
            }
            script.append('\n');
        }
    }

    private static List<String> names(OptionSpec option) {
        if (!option.negatable()) {
            return List.of(option.names());
        }
        var name = option.longestName();
        return List.of(name, "--no-" + name.substring(2));
    }

    private static String first(CommandLine.Model.CommandSpec spec) {
        var description = spec.usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
