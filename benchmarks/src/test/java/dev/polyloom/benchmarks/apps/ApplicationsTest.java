// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ApplicationsTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void namesAreUnique() {
        assertThat(Applications.all()).extracting(Application::name).doesNotHaveDuplicates();
        assertThat(Applications.all())
                .extracting(Application::name)
                .containsAll(Applications.SMOKE);
    }

    @ParameterizedTest
    @MethodSource("dev.polyloom.benchmarks.apps.Applications#all")
    void writesFilesWithNothingLeftToFillIn(Application application) throws Exception {
        var files = ApplicationFolder.write(application, folder.resolve("app"), 3);
        assertThat(files.polyloom()).exists();
        try (var written = Files.list(files.path())) {
            for (var file : written.toList()) {
                assertThat(Files.readString(file)).doesNotContainPattern("@[A-Z]+@");
            }
        }
        if (application.kind() != Kind.JAVA) {
            assertThat(files.path().resolve(application.peerModule() + ".py")).exists();
        }
        var limit = application.kind() == Kind.JAVA ? "maxReplicas = 3" : "max_containers=3";
        var served =
                Files.isDirectory(files.polyloom())
                        ? files.polyloom().resolve("main.py")
                        : files.polyloom();
        assertThat(served).content().contains(limit);
    }

    @ParameterizedTest
    @EnumSource
    void aSampleAnswersWithTheNumberItHolds(Sample sample) throws Exception {
        assertThat(sample.write(folder, 17)).content().contains("17").doesNotContain("@SAVE@");
        assertThat(sample.answer(17)).contains("17");
    }
}
