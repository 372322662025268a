// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.embed.RuntimeProvider;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code polyloom serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Serves functions from files and folders, and reloads them as they change.",
        footer = {
            "",
            "Each option can also be given as an environment variable: POLYLOOM_PORT for --port.",
            "",
            "Examples:",
            "  polyloom serve hello.py",
            "  polyloom serve api.py:app --port 8000",
            "  polyloom serve examples --secret my-token:AUTH_TOKEN=abc"
        })
final class ServeCommand implements Callable<Integer> {

    @Mixin private final ServeOptions options = new ServeOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private List<RuntimeProvider> providers = List.of();
    private boolean started;

    ServeCommand() {}

    /** Sets the languages to serve; to be called before the command runs. */
    void providers(List<RuntimeProvider> known) {
        providers = known;
    }

    /** Whether a host was started. */
    boolean started() {
        return started;
    }

    @Override
    public Integer call() throws InterruptedException {
        check("--port", options.port);
        check("--admin-port", options.adminPort);
        if (options.transport.halfOfTls()) {
            throw new ParameterException(
                    spec.commandLine(), "--tls-cert and --tls-key need each other");
        }
        try {
            var config = options.config(SecretOptions.parse(options.secrets));
            started = true;
            return new ServeRun(config, options, providers, spec.commandLine().getErr()).run();
        } catch (SecretOptions.WrongSecretException e) {
            throw new ParameterException(spec.commandLine(), "--secret: " + e.getMessage(), e);
        }
    }

    private void check(String option, int port) {
        if (port < 0 || port > 0xffff) {
            throw new ParameterException(
                    spec.commandLine(), option + ": a port is a number from 0 to 65535");
        }
    }
}
