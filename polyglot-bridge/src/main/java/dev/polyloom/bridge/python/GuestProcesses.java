// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.proxy.ReplicaNetwork;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.graalvm.polyglot.io.ProcessHandler;
import org.jspecify.annotations.Nullable;

/**
 * The programs that one context starts: what they print goes where the context's own output goes,
 * and none outlives the context. Thread-safe.
 */
final class GuestProcesses implements ProcessHandler {

    private static final File NO_INPUT = new File("/dev/null");
    private static final int PIECE_BYTES = 8 << 10;

    private final OutputStream out;
    private final OutputStream err;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Map<Thread, Process> printing = new ConcurrentHashMap<>();
    private volatile @Nullable ReplicaNetwork network;
    private volatile IntConsumer exited = _ -> {};
    private volatile boolean closed;

    GuestProcesses(OutputStream out, OutputStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs what is started from now on in a network.
     *
     * @param exited told the exit code of each program that ends
     */
    void runIn(ReplicaNetwork network, IntConsumer exited) {
        this.exited = exited;
        this.network = network;
    }

    @Override
    public Process start(ProcessCommand command) throws IOException {
        if (closed) {
            throw new IOException("the isolate has ended");
        }
        ReplicaNetwork inside = network;
        List<String> line =
                inside == null ? command.getCommand() : inside.inside(command.getCommand());
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(command.isRedirectErrorStream())
                        .redirectInput(
                                Redirect.PIPE.equals(command.getInputRedirect())
                                        ? ProcessBuilder.Redirect.PIPE
                                        : ProcessBuilder.Redirect.from(NO_INPUT));
        if (command.getDirectory() != null) {
            builder.directory(new File(command.getDirectory()));
        }
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(command.getEnvironment());
        if (inside != null) {
            inside.complete(environment);
        }
        Process process = builder.start();
        running.add(process);
        var _ = process.onExit().thenRun(() -> ended(process));
        boolean outputShown = !Redirect.PIPE.equals(command.getOutputRedirect());
        boolean errorsShown =
                !Redirect.PIPE.equals(command.getErrorRedirect())
                        && !command.isRedirectErrorStream();
        if (outputShown) {
            copy(process.getInputStream(), out, process);
        }
        if (errorsShown) {
            copy(process.getErrorStream(), err, process);
        }
        if (closed) {
            process.destroyForcibly();
            throw new IOException("the isolate has ended");
        }
        return new ShownProcess(process, outputShown, errorsShown);
    }

    private void ended(Process process) {
        running.remove(process);
        exited.accept(process.exitValue());
    }

    /** Passes on what a program prints until the last that has its output has ended. */
    private void copy(InputStream from, OutputStream to, Process process) {
        Thread copier =
                Thread.ofPlatform()
                        .name("output-of-" + process.pid())
                        .daemon(true)
                        .unstarted(() -> {
                            try (from) {
                                byte[] piece = new byte[PIECE_BYTES];
                                for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                                    to.write(piece, 0, n);
                                }
                            } catch (IOException _) {
                                // It was killed.
                            } finally {
                                printing.remove(Thread.currentThread());
                            }
                        });
        printing.put(copier, process);
        copier.start();
    }

    /** Waits until all is passed on that the programs have printed which have ended. */
    void settle(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        for (Map.Entry<Thread, Process> copier : printing.entrySet()) {
            if (!copier.getValue().isAlive()) {
                var _ = copier.getKey().join(Duration.ofNanos(deadline - System.nanoTime()));
            }
        }
    }

    /** Whether one of them runs. */
    boolean running() {
        return !running.isEmpty();
    }

    /** Asks all to end, and waits for it as long as it may take. */
    void terminate(long graceNanos) throws InterruptedException {
        long deadline = System.nanoTime() + graceNanos;
        List<ProcessHandle> asked = tree();
        asked.forEach(ProcessHandle::destroy);
        for (Process process : running) {
            var _ = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private List<ProcessHandle> tree() {
        return running.stream()
                .flatMap(process ->
                        Stream.concat(process.descendants(), Stream.of(process.toHandle())))
                .toList();
    }

    /** Kills all that run, and starts no more. */
    void close() {
        closed = true;
        tree().forEach(ProcessHandle::destroyForcibly);
    }
}
