// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Our own Python sources, as packed in this module's jar. Thread-safe. */
final class GuestSources {

    private static final String FOLDER = "guest";

    private final CacheFolder cache;
    private final Path graalpy;

    GuestSources(CacheFolder cache, Path graalpy) {
        this.cache = cache;
        this.graalpy = graalpy;
    }

    /** Returns the folder that holds them unpacked and compiled, made first when it is missing. */
    Path materialise(Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        URL packed = GuestSources.class.getResource(FOLDER);
        if (packed == null) {
            throw new IOException("the jar of Polyloom's Python side lacks its Python sources");
        }
        URI address = uri(packed);
        if (!address.getScheme().equals("jar")) {
            return materialise(Path.of(address), progress);
        }
        try (FileSystem jar = FileSystems.newFileSystem(jarOf(address), Map.of())) {
            String inside = GuestSources.class.getPackageName().replace('.', '/');
            return materialise(jar.getPath(inside, FOLDER), progress);
        }
    }

    private Path materialise(Path packed, Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        List<Path> sources = sources(packed);
        ContentHash hash = new ContentHash().add(graalpy.toString());
        for (Path source : sources) {
            hash.add(packed.relativize(source).toString()).add(Files.readAllBytes(source));
        }
        return cache.ensure(
                "guest/" + hash.key(),
                progress,
                (building, published) -> {
                    for (Path source : sources) {
                        Path target = building.resolve(packed.relativize(source).toString());
                        Files.createDirectories(target.getParent());
                        Files.copy(source, target);
                    }
                    PythonInstaller.precompile(graalpy, building, published);
                });
    }

    private static List<Path> sources(Path packed) throws IOException {
        try (Stream<Path> entries = Files.walk(packed)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("__pycache__"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Path jarOf(URI address) {
        String file = address.getRawSchemeSpecificPart();
        return Path.of(URI.create(file.substring(0, file.indexOf("!/"))));
    }

    private static URI uri(URL packed) throws IOException {
        try {
            return packed.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("not a usable address: " + packed, e);
        }
    }
}
