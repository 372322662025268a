// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of all commands. Set by picocli. */
final class CommonOptions {

    /** The system property with the checkout's folder. */
    static final String ROOT = "polyloom.root";

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where results go (default: benchmarks/target/bench).")
    private @Nullable Path out;

    @Option(
            names = "--launch",
            paramLabel = "FOLDER",
            description = "The prepared host to measure (default: host/target/polyloom).")
    private @Nullable Path launch;

    CommonOptions() {}

    Path root() {
        return Path.of(System.getProperty(ROOT, "")).toAbsolutePath().normalize();
    }

    Path out() {
        return absolute(out, "benchmarks/target/bench");
    }

    Path launch() {
        return absolute(launch, "host/target/polyloom");
    }

    /** The checkout's launcher; empty when a host that it does not start is measured. */
    Optional<Path> launcher() {
        Path launcher = root().resolve("polyloom");
        return launch == null && Files.isExecutable(launcher)
                ? Optional.of(launcher)
                : Optional.empty();
    }

    private Path absolute(@Nullable Path given, String usual) {
        return given == null ? root().resolve(usual) : given.toAbsolutePath().normalize();
    }
}
