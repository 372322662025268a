// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Jars kept in the cache folder by their content. Thread-safe.
 *
 * <p>A program that runs from here is not disturbed by a build that rewrites the jars it was
 * started from, and the same content has the same path whoever built it.
 */
public final class JarStore {

    private final CacheFolder cache;

    /** A store below the cache folder's root. */
    public JarStore(CacheFolder cache) {
        this.cache = cache;
    }

    /** Copies the jars that are not kept yet and returns where they are, in the same order. */
    public List<Path> keep(List<Path> jars) throws IOException, InterruptedException {
        List<Path> kept = new ArrayList<>(jars.size());
        for (Path jar : jars) {
            kept.add(keep(jar));
        }
        return List.copyOf(kept);
    }

    private Path keep(Path jar) throws IOException, InterruptedException {
        if (jar.toAbsolutePath().startsWith(cache.resolve("jars"))) {
            return jar.toAbsolutePath();
        }
        String name = jar.getFileName().toString();
        String key = ContentHash.ofFile(jar).substring(0, 20);
        Path folder =
                cache.ensure(
                        "jars/" + key + "-" + name,
                        _ -> {},
                        (building, _) -> Files.copy(jar, building.resolve(name)));
        return folder.resolve(name);
    }
}
