// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What figures depend on, apart from what is measured. */
public final class Machine {

    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d{1,12}) kB$");
    private static final double GIBIBYTE_IN_KIB = 1 << 20;
    private static final Duration GIT_WAIT = Duration.ofSeconds(20);

    private Machine() {}

    /**
     * Describes this machine and the checkout.
     *
     * @param root of the checkout
     */
    public static Map<String, String> facts(Path root) throws InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("commit", commit(root));
        facts.put(
                "processors",
                Runtime.getRuntime().availableProcessors()
                        + " × "
                        + first(MODEL, "/proc/cpuinfo").orElse(System.getProperty("os.arch", "?")));
        facts.put(
                "memory",
                first(MEMORY, "/proc/meminfo")
                        .map(Long::parseLong)
                        .map(kib -> String.format(Locale.ROOT, "%.0f GiB", kib / GIBIBYTE_IN_KIB))
                        .orElse("?"));
        facts.put(
                "system",
                System.getProperty("os.name", "?") + " " + System.getProperty("os.version", "?"));
        facts.put("java", Runtime.version().toString());
        return facts;
    }

    private static String commit(Path root) throws InterruptedException {
        try {
            String commit =
                    new Program(List.of("git", "rev-parse", "--short", "HEAD"), root, GIT_WAIT)
                            .run("ask git")
                            .strip();
            boolean changed =
                    !new Program(List.of("git", "status", "--porcelain"), root, GIT_WAIT)
                            .run("ask git")
                            .isBlank();
            return changed ? commit + " with changes" : commit;
        } catch (EnvironmentException | IOException _) {
            return "unknown";
        }
    }

    private static Optional<String> first(Pattern pattern, String file) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(Path.of(file)));
            return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
