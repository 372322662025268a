// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the jcstress tests in short; {@code -Djcstress.mode=default} runs them for as long as that
 * mode does. They run in a JVM of their own, which starts more.
 */
@Tag("stress")
class StressTest {

    private static final List<String> SHORT =
            List.of(
                    "-m",
                    "quick",
                    "-f",
                    "1",
                    "-fsm",
                    "1",
                    "-sc",
                    "false",
                    "-af",
                    "NONE",
                    "-c",
                    "2",
                    "-iters",
                    "2",
                    "-time",
                    "100",
                    "-strideSize",
                    "16",
                    "-strideCount",
                    "8");

    @Test
    void noForbiddenOutcomeWhereThreadsMeet(@TempDir Path work) throws Exception {
        var log = work.resolve("jcstress.log");
        var process =
                new ProcessBuilder(command(work))
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(() -> text(log)).isZero();
            assertThat(text(log))
                    .contains("Failed tests: No matches", "Error tests: No matches")
                    .doesNotContain("No matching tests");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static List<String> command(Path work) {
        var mode = System.getProperty("jcstress.mode", "");
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var command =
                new ArrayList<>(
                        List.of(
                                java.toString(),
                                "-Xmx128m",
                                "-cp",
                                classPath(),
                                "org.openjdk.jcstress.Main",
                                "-r",
                                work.toString(),
                                "-jvmArgs",
                                "-Xmx256m"));
        command.addAll(mode.isEmpty() ? SHORT : List.of("-m", mode));
        return command;
    }

    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String text(Path log) {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }
}
