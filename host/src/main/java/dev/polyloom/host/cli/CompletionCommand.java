// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polyloom completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints a completion script for a shell.",
        footer = {
            "",
            "Examples:",
            "  source <(polyloom completion bash)",
            "  polyloom completion fish > ~/.config/fish/completions/polyloom.fish"
        })
final class CompletionCommand implements Runnable {

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    CompletionCommand() {}

    /** The shells. The names are what a person types. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public void run() {
        var root = spec.root().commandLine();
        var script =
                switch (shell) {
                    case bash, zsh -> AutoComplete.bash("polyloom", root);
                    case fish -> FishCompletion.script(root);
                };
        spec.commandLine().getOut().print(script);
        spec.commandLine().getOut().flush();
    }
}
