// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program to be run to its end. Immutable.
 *
 * @param command the program and its arguments
 * @param environment variables added to this process's own
 * @param folder the working folder
 * @param bound after which it is ended
 */
public record Program(
        List<String> command, Map<String, String> environment, Path folder, Duration bound) {

    private static final int OUTPUT_BYTES_MAX = 64 * 1024;
    private static final long END_GRACE_SECONDS = 5;

    /** Copies what it is given. */
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A program without further variables. */
    public Program(List<String> command, Path folder, Duration bound) {
        this(command, Map.of(), folder, bound);
    }

    /** The same program with more variables. */
    public Program with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Program(command, all, folder, bound);
    }

    /**
     * Runs it and returns what it printed to either stream, the last 64 KiB of it.
     *
     * @param purpose what the run is for, to be read after "could not"
     * @throws EnvironmentException when it cannot be started, fails or takes too long
     * @throws InterruptedException when the caller gives up; the program has been ended then
     */
    public String run(String purpose)
            throws EnvironmentException, IOException, InterruptedException {
        Path output = Files.createTempFile("polyloom-", ".log");
        try {
            Process process = start(purpose, output);
            boolean ended = false;
            try {
                ended = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                if (!ended) {
                    end(process);
                }
            }
            String printed = tail(output);
            if (!ended) {
                throw new EnvironmentException(
                        "could not " + purpose + " within " + bound.toSeconds() + " s", printed);
            }
            if (process.exitValue() != 0) {
                throw new EnvironmentException("could not " + purpose, printed);
            }
            return printed;
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private Process start(String purpose, Path output) throws EnvironmentException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new EnvironmentException("could not " + purpose + ": " + e.getMessage(), "", e);
        }
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        descendants.forEach(ProcessHandle::destroy);
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(END_GRACE_SECONDS, TimeUnit.SECONDS)) {
                descendants.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String tail(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            long from = Math.max(0, channel.size() - OUTPUT_BYTES_MAX);
            var bytes = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
            channel.position(from);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // reads on until the file's end
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }
}
