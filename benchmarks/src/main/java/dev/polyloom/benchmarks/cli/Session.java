// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.measure.Probe;
import dev.polyloom.benchmarks.servers.PeerEnvironment;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.Servers;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.FileTrees;
import dev.polyloom.python.PythonInstallation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run of the command owns: folders, servers and a client. Closed by the command, or when the
 * process is told to end.
 */
final class Session implements AutoCloseable {

    private final Path root;
    private final Path out;
    private final Path launch;
    private final Path work;
    private final Servers servers;
    private final Probe probe = new Probe();
    private final PrintWriter screen;
    private final Thread hook;

    /**
     * Begins a run.
     *
     * @param screen where progress and tables go
     */
    Session(CommonOptions options, PrintWriter screen) throws IOException {
        this.root = options.root();
        this.out = options.out();
        this.launch = options.launch();
        this.screen = screen;
        this.work = out.resolve("work");
        FileTrees.deleteTree(work);
        this.servers = new Servers(Files.createDirectories(work.resolve("logs")));
        this.hook = Thread.ofPlatform().unstarted(servers::close);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path root() {
        return root;
    }

    Path work() {
        return work;
    }

    Path launch() {
        return launch;
    }

    Servers servers() {
        return servers;
    }

    Probe probe() {
        return probe;
    }

    Polyloom polyloom() throws IOException {
        return Polyloom.prepared(launch, work.resolve("data"), System.getenv());
    }

    /**
     * The environment that the peers on CPython run from, made when it is missing.
     *
     * @param facts is told its version and those of some packages
     */
    PeerEnvironment peers(Map<String, String> facts, String... packages)
            throws IOException, InterruptedException, EnvironmentException {
        PeerEnvironment environment = environment("peers");
        facts.put("peers' CPython", environment.version());
        facts.put("peers", String.join(", ", PeerEnvironment.packages(Stream.of(packages))));
        return environment;
    }

    /** An environment of CPython with the packages of one lock file. */
    PeerEnvironment environment(String set)
            throws IOException, InterruptedException, EnvironmentException {
        PeerEnvironment.Interpreter interpreter =
                PeerEnvironment.find()
                        .orElseThrow(() -> new UnmetException(PeerEnvironment.MISSING));
        PythonInstallation prepared = PythonInstallation.read(launch.resolve("python.properties"));
        return PeerEnvironment.ensure(set, prepared.cache(), prepared.uv(), interpreter, this::say);
    }

    /** Shows a line at once. */
    void say(String line) {
        screen.println(line);
        screen.flush();
    }

    /** Writes the two forms of a report. */
    void write(String name, String markdown, Object json) throws IOException {
        Path page = out.resolve(name + ".md");
        FileTrees.replace(page, markdown);
        FileTrees.replace(
                out.resolve(name + ".json"),
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(json));
        say("written to " + page + " and .json");
    }

    @Override
    public void close() {
        try {
            servers.close();
            probe.close();
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and the hook does it.
        }
    }
}
