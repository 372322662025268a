// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Jars kept in the cache folder by their content. Thread-safe.
 *
 * <p>A program that runs from here is not disturbed by a build that rewrites the jars it was
 * started from, and the same content has the same path whoever built it.
 */
public final class JarStore {

    /** An AOT cache remembers the times of the jars it was made from: equal content, equal time. */
    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private final CacheFolder cache;

    /** A store below the cache folder's root. */
    public JarStore(CacheFolder cache) {
        this.cache = cache;
    }

    /** Copies the jars that are not kept yet and returns where they are, in the same order. */
    public List<Path> keep(List<Path> jars) throws IOException {
        List<Path> kept = new ArrayList<>(jars.size());
        for (Path jar : jars) {
            kept.add(keep(jar));
        }
        return List.copyOf(kept);
    }

    private Path keep(Path jar) throws IOException {
        if (jar.toAbsolutePath().startsWith(cache.resolve("jars"))) {
            return jar.toAbsolutePath();
        }
        String name = jar.getFileName().toString();
        String key = ContentHash.ofFile(jar).substring(0, 20);
        Path kept = cache.resolve("jars").resolve(key).resolve(name);
        if (!Files.isRegularFile(kept)) {
            Path folder = Files.createDirectories(kept.resolveSibling(""));
            Path copy = Files.createTempFile(folder, "." + name, ".tmp");
            Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(copy, TIME);
            Files.move(copy, kept, StandardCopyOption.ATOMIC_MOVE);
        }
        return kept;
    }
}
