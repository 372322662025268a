// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LaunchTest {

    @TempDir Path folder;

    @Test
    void writesArgumentsThatJavaReadsBackUnchanged() throws Exception {
        Path file = folder.resolve("a file.args");
        Launch.writeArguments(
                file,
                List.of(
                        "-Da=with space",
                        "-Db=C:\\back\\slash",
                        "-Dc=\"quoted\"",
                        "-XshowSettings:properties",
                        "-version"));
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "@" + file)
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(printed)
                .contains("a = with space\n", "b = C:\\back\\slash\n", "c = \"quoted\"\n");
    }

    @Test
    void namesTheAotCacheOnlyWhenThereIsOne() throws IOException {
        Launch launch =
                new Launch(
                        new RuntimeImage(folder),
                        List.of(Path.of("/a.jar"), Path.of("/b.jar")),
                        folder.resolve("python.properties"),
                        Optional.empty());
        assertThat(launch.arguments())
                .endsWith("-cp", "/a.jar:/b.jar")
                .noneMatch(word -> word.contains("AOTCache"));
        assertThat(launch.with(Path.of("/host.aot")).arguments())
                .contains("-XX:AOTCache=/host.aot");
        assertThat(launch.options())
                .noneMatch(word -> word.startsWith("#"))
                .anyMatch(word -> word.startsWith("-Xmx"));
    }
}
