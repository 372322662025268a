// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import java.nio.file.Path;
import java.util.List;

/**
 * How a server is started. Immutable.
 *
 * @param words the program and its arguments
 * @param folder where it is started
 */
public record Command(List<String> words, Path folder) {

    /** Copies the words. */
    public Command {
        words = List.copyOf(words);
    }
}
