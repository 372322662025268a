// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.embed.HostConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code serve}. Set by picocli; the environment twins are its defaults. */
final class ServeOptions {

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "A Python or Java file, a jar, or a folder.",
                "`FILE.py:attribute` names one application in a file,",
                "`FILE.py::function` one function."
            })
    List<String> paths = new ArrayList<>();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + HostConfig.PORT,
            description = "The port to listen on; 0 picks one (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "" + HostConfig.ADMIN_PORT,
            description = {
                "The loopback port of /healthz, /readyz and /metrics; 0 picks one",
                "(default: ${DEFAULT-VALUE})."
            })
    int adminPort;

    @Option(
            names = "--reload",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Apply changes of files while running (default: on).")
    boolean reload;

    @Option(
            names = "--keep-last-good",
            description = "When a save breaks an app, keep serving the version before it.")
    boolean keepLastGood;

    @Option(
            names = "--eager",
            description = "Start a replica of each function before its first request.")
    boolean eager;

    @Option(
            names = "--root",
            paramLabel = "LABEL",
            description = {
                "The function that also answers at `/` of the port.",
                "The only one does without being named."
            })
    @Nullable String root;

    @Option(names = "--factory", description = "The named attribute returns the application.")
    boolean factory;

    @Option(
            names = "--secret",
            paramLabel = "NAME:KEY=VALUE",
            description = {
                "A secret for the functions that ask for it by name; repeatable.",
                "`NAME:@FILE.env` reads its keys from a file."
            })
    List<String> secrets = new ArrayList<>();

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            defaultValue = ".polyloom",
            description = "Where the host keeps its state (default: ${DEFAULT-VALUE}).")
    Path dataDir = Path.of(".polyloom");

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    LogFormat logFormat = LogFormat.text;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    LogLevel logLevel = LogLevel.info;

    @Option(
            names = "--access-log",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Show each request (default: on).")
    boolean accessLog;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "4s",
            converter = Sizes.Time.class,
            description = {
                "How long requests in flight may take at a reload or at the end",
                "(default: ${DEFAULT-VALUE})."
            })
    Duration grace = HostConfig.GRACE;

    @Option(
            names = "--max-body",
            paramLabel = "SIZE",
            defaultValue = "100MiB",
            converter = Sizes.Bytes.class,
            description = "The longest request body (default: ${DEFAULT-VALUE}).")
    long maxBody;

    @Option(
            names = "--forwarded-allow-ips",
            paramLabel = "ADDRESS",
            split = ",",
            description = {
                "The proxies whose X-Forwarded-For and -Proto are believed; `*` for any",
                "(default: none)."
            })
    List<String> forwardedAllowIps = new ArrayList<>();

    @Option(
            names = "--server-networks",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = {
                "Give each replica of a @web_server a network of its own where Linux allows",
                "(default: on)."
            })
    boolean serverNetworks;

    ServeOptions() {}

    /** How lines look. The names are what a person types. */
    enum LogFormat {
        text,
        json
    }

    @Mixin final TransportOptions transport = new TransportOptions();

    @Mixin final LimitOptions limits = new LimitOptions();

    @Mixin final GuardOptions guard = new GuardOptions();

    /** The least grave events that are shown. The names are what a person types. */
    enum LogLevel {
        debug,
        info,
        warn,
        error
    }

    HostConfig config(Map<String, Map<String, String>> parsedSecrets) {
        return new HostConfig(
                paths,
                factory,
                host,
                port,
                adminPort,
                dataDir.toAbsolutePath().normalize(),
                parsedSecrets,
                Optional.ofNullable(root),
                reload,
                keepLastGood,
                eager,
                true,
                accessLog,
                grace,
                maxBody,
                Set.copyOf(forwardedAllowIps),
                serverNetworks,
                transport.config(),
                limits.config(),
                guard.config());
    }
}
