// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PythonInstallationTest {

    @TempDir Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        PythonInstallation written = installation();
        written.write(folder.resolve("python.properties"));
        assertThat(PythonInstallation.read(folder.resolve("python.properties"))).isEqualTo(written);
    }

    @Test
    void saysWhatIsGone() throws IOException {
        PythonInstallation written = installation();
        written.write(folder.resolve("python.properties"));
        Files.delete(written.guest());
        assertThatThrownBy(() -> PythonInstallation.read(folder.resolve("python.properties")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(written.guest() + ", which is gone");
    }

    @Test
    void keepsEqualJarsOnceUnderTheirContent() throws IOException {
        Path first =
                Files.writeString(Files.createDirectory(folder.resolve("1")).resolve("a.jar"), "x");
        Path second =
                Files.writeString(Files.createDirectory(folder.resolve("2")).resolve("a.jar"), "x");
        JarStore store = new JarStore(new CacheFolder(folder.resolve("cache")));
        Path kept = store.keep(List.of(first)).getFirst();
        assertThat(store.keep(List.of(second, kept))).containsExactly(kept, kept);
        assertThat(kept).hasContent("x");
        assertThat(Files.getLastModifiedTime(kept)).isNotEqualTo(Files.getLastModifiedTime(first));
    }

    private PythonInstallation installation() throws IOException {
        return new PythonInstallation(
                new CacheFolder(folder),
                Files.createFile(folder.resolve("a folder's graalpy")),
                Files.createFile(folder.resolve("uv=1")),
                Files.createDirectory(folder.resolve("resources")),
                Files.createDirectory(folder.resolve("güst")),
                new Environment(Files.createDirectory(folder.resolve("base"))));
    }
}
