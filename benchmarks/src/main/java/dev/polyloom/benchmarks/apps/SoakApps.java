// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import dev.polyloom.python.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The functions of a soak as files that a host serves. Immutable. */
public record SoakApps(Path folder) {

    private static final List<String> FILES = List.of("soak.py", "Steel.java");

    /** Writes each file in another version, in one step as editors do. */
    public void save(int version) throws IOException {
        Files.createDirectories(folder);
        for (String name : FILES) {
            String text =
                    ApplicationFolder.read("soak/" + name)
                            .replace("@VERSION@", Integer.toString(version));
            FileTrees.replace(folder.resolve(name), text);
        }
    }

    /** A number for each time that a Python input ran. */
    public List<String> ran() throws IOException {
        Path file = folder.resolve("ran");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
