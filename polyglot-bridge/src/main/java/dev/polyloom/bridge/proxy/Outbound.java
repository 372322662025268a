// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An {@link OutboundTool} at work for one namespace; closed by its owner. Thread-safe. */
final class Outbound implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Outbound.class.getName());
    private static final Duration READY_MAX = Duration.ofSeconds(5);
    private static final Duration KILL_MAX = Duration.ofSeconds(2);
    private static final long PAUSE_MILLIS = 2;
    private static final String NOISE = "Failed to send";

    private final Tool tool;
    private final Process process;
    private volatile String said = "it said nothing";
    private volatile boolean closed;

    /**
     * A tool that is there.
     *
     * @param path its executable file
     */
    record Tool(OutboundTool kind, Path path) {}

    private Outbound(Tool tool, Process process) {
        this.tool = tool;
        this.process = process;
    }

    /**
     * Starts it; {@link #awaitReady} is to follow.
     *
     * @param setsid the program that starts it in a session of its own
     * @param pid a process in the namespace
     * @param user whether that has a user namespace of its own
     */
    static Outbound start(Tool tool, Path setsid, long pid, boolean user) throws IOException {
        ProcessBuilder builder = tool.kind().command(tool.path(), pid, user);
        builder.command().addFirst(setsid.toString());
        Process process =
                builder.directory(Path.of("/").toFile()).redirectErrorStream(true).start();
        Outbound outbound = new Outbound(tool, process);
        Thread.ofVirtual().name("polyloom-net-output").start(outbound::read);
        return outbound;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String last = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith(NOISE)) {
                    said = last.isEmpty() ? line.strip() : last + "; " + line.strip();
                    last = line.strip();
                }
            }
        } catch (IOException _) {
            // It was killed.
        }
    }

    /** The process, for whoever shall end it when this host cannot. */
    long pid() {
        return process.pid();
    }

    /**
     * Waits until the namespace has a way out.
     *
     * @throws IOException when it gets none, with what was said
     */
    void awaitReady(long pid) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        while (!hasWayOut(pid)) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    || System.nanoTime() > deadline) {
                throw new IOException(tool.path() + ": " + said);
            }
        }
        var _ = process.onExit().thenRun(this::ended);
    }

    /** Whether there is a default route by the device, as the kernel tells in its tables. */
    private static boolean hasWayOut(long pid) throws IOException {
        Path tables = Path.of("/proc", Long.toString(pid), "net");
        try (Stream<String> four = Files.lines(tables.resolve("route"))) {
            if (four.anyMatch(line -> line.startsWith(OutboundTool.DEVICE + "\t00000000\t"))) {
                return true;
            }
        }
        Path six = tables.resolve("ipv6_route");
        if (!Files.exists(six)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(six)) {
            return lines.anyMatch(line ->
                    line.startsWith("0".repeat(32) + " 00 ")
                            && line.endsWith(" " + OutboundTool.DEVICE));
        }
    }

    private void ended() {
        if (!closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a replica with @web_server cannot connect out any more: "
                            + tool.path()
                            + " has ended: "
                            + said);
        }
    }

    /** From now on its end is no news. */
    void dismiss() {
        closed = true;
    }

    @Override
    public void close() {
        dismiss();
        process.destroyForcibly();
        try {
            var _ = process.waitFor(KILL_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
