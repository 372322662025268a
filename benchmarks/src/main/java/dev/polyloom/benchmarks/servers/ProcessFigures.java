// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the kernel counts of one process. Immutable.
 *
 * @param cpuTicks the time it ran, in user and kernel mode, of itself and children that ended
 * @param residentBytes its memory
 * @param threads how many
 */
public record ProcessFigures(long cpuTicks, long residentBytes, long threads) {

    /** Clock ticks in a second; the kernel has told programs this number since Linux 2.4. */
    public static final double TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");
    private static final int FIELDS_AFTER_NAME_MIN = 15;
    private static final int USER = 11;
    private static final int CHILDREN_SYSTEM = 14;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /** Reads a process; empty when it has ended. */
    public static Optional<ProcessFigures> of(long pid) {
        Path folder = PROC.resolve(Long.toString(pid));
        try {
            // A process may give itself a name in any encoding.
            String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            String status = Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1);
            return parse(stat, status);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** How many file descriptors a process has open; empty when it has ended. */
    public static OptionalLong descriptors(long pid) {
        try (Stream<Path> entries = Files.list(PROC.resolve(pid + "/fd"))) {
            return OptionalLong.of(entries.count());
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /** How many threads of a process have names that begin so. */
    public static long threadsNamed(long pid, String start) throws IOException {
        try (Stream<Path> threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.filter(thread -> name(thread).startsWith(start)).count();
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return ""; // it has ended
        }
    }

    /**
     * The memory of processes, in which what several share counts for each in part.
     *
     * @param pids those that have ended count as nothing
     */
    public static long proportionalBytes(Iterable<Long> pids) throws IOException {
        long bytes = 0;
        for (long pid : pids) {
            try {
                String text = Files.readString(PROC.resolve(pid + "/smaps_rollup"));
                bytes += line(text, "Pss:\\s+(\\d{1,12}) kB").orElse(0) * 1024;
            } catch (NoSuchFileException _) {
                // It has ended.
            }
        }
        return bytes;
    }

    /**
     * Reads the files {@code stat} and {@code status} of a process.
     *
     * @return empty when they are not what the kernel writes about a living process
     */
    static Optional<ProcessFigures> parse(String stat, String status) {
        // The second field is a name in parentheses that may itself hold blanks and parentheses.
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(name + 1).strip().split(" ", -1);
        if (fields.length < FIELDS_AFTER_NAME_MIN) {
            return Optional.empty();
        }
        long ticks = 0;
        for (int i = USER; i <= CHILDREN_SYSTEM; i++) {
            if (!NUMBER.matcher(fields[i]).matches()) {
                return Optional.empty();
            }
            ticks += Long.parseLong(fields[i]);
        }
        OptionalLong resident = line(status, "VmRSS:\\s+(\\d{1,12}) kB");
        OptionalLong threads = line(status, "Threads:\\s+(\\d{1,12})");
        if (resident.isEmpty() || threads.isEmpty()) {
            return Optional.empty(); // a process that has ended and is not yet reaped
        }
        return Optional.of(
                new ProcessFigures(ticks, resident.getAsLong() * 1024, threads.getAsLong()));
    }

    private static OptionalLong line(String status, String pattern) {
        Matcher line = Pattern.compile("(?m)^" + pattern + "\\s*$").matcher(status);
        return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
    }
}
