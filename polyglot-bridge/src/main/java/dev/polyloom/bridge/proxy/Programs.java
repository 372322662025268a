// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the system, whatever the search path of the host's user. */
final class Programs {

    private static final List<Path> FOLDERS =
            Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")
                    .map(Path::of)
                    .toList();

    private Programs() {}

    /** The executable file of a program. */
    static Optional<Path> find(String name) {
        return FOLDERS.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
