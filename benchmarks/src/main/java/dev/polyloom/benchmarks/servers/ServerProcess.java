// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server in a process of its own. Thread-safe; closed by its owner, a second close is fine. */
public final class ServerProcess implements AutoCloseable {

    private static final long END_SECONDS = 15;
    private static final int LOG_LINES = 20;

    private final Process process;
    private final Path log;
    private final int port;
    private final long startedNanos;

    private ServerProcess(Process process, Path log, int port, long startedNanos) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.startedNanos = startedNanos;
    }

    /**
     * Starts a server.
     *
     * @param log what its output goes to
     * @param port the one that the command names
     */
    static ServerProcess start(Command command, Path log, int port) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command.words())
                        .directory(command.folder().toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(log.toFile());
        long now = System.nanoTime();
        return new ServerProcess(builder.start(), log, port, now);
    }

    /** The port it listens on, once it does. */
    public int port() {
        return port;
    }

    /** When it was started, as {@link System#nanoTime} counts. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** The process that was started, without those it started itself. */
    public long pid() {
        return process.pid();
    }

    /** The process and all that it started, as they run now. */
    public List<Long> pids() {
        return tree().toList();
    }

    /** The figures of the process and all that it started, added up. */
    public ProcessFigures figures() {
        return tree().map(ProcessFigures::of)
                .flatMap(Optional::stream)
                .reduce(
                        new ProcessFigures(0, 0, 0),
                        (one, other) ->
                                new ProcessFigures(
                                        one.cpuTicks() + other.cpuTicks(),
                                        one.residentBytes() + other.residentBytes(),
                                        one.threads() + other.threads()));
    }

    /** The CPU time so far of the process and all that it started. */
    public double cpuSeconds() {
        return figures().cpuTicks() / ProcessFigures.TICKS_PER_SECOND;
    }

    /** The last lines of its output. */
    public String lastLines() {
        try {
            List<String> lines =
                    Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LOG_LINES))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(its output is gone: " + e.getMessage() + ")";
        }
    }

    private Stream<Long> tree() {
        return Stream.concat(
                Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid));
    }

    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        started.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
}
