// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Kills processes by what they are rather than by who started them: a server may have left its
 * parents. Only where there is a {@code /proc}; elsewhere it finds none.
 */
final class ProcessSweep {

    private static final Path PROC = Path.of("/proc");
    private static final long PAUSE_NANOS = 2_000_000;

    private ProcessSweep() {}

    /**
     * Kills what is found until nothing is found any more, this process excepted.
     *
     * @param belongs whether the process with this folder below {@code /proc} is to be killed
     * @return whether all were gone in time
     */
    static boolean kill(Predicate<Path> belongs, Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        List<ProcessHandle> found = find(belongs);
        while (!found.isEmpty()) {
            found.forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            found = find(belongs);
        }
        return true;
    }

    /** Kills likewise what is in a network namespace; nothing when that is not known, so empty. */
    static boolean killNetwork(String network, Duration bound) {
        return network.isEmpty() || kill(process -> networkOf(process).equals(network), bound);
    }

    private static List<ProcessHandle> find(Predicate<Path> belongs) {
        List<ProcessHandle> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        if (!Files.isDirectory(PROC)) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && belongs.test(process)) {
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        } catch (IOException | NumberFormatException _) {
            // What was found until then is enough for this round.
        }
        return found;
    }

    /** The network namespace of a process, empty when it cannot be told. */
    static String networkOf(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/net")).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
