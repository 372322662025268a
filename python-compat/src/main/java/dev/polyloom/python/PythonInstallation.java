// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Everything a Python context needs that lies on disk, whole. Immutable.
 *
 * @param cache the folder all of it lies under
 * @param graalpy the launcher that environments are made with
 * @param uv the program that resolves packages
 * @param resources where the runtime unpacked itself: the system property {@code
 *     polyglot.engine.userResourceCache}, to be set before the first engine is made
 * @param guest the folder of our own Python sources, for {@code python.PythonPath}
 * @param base the environment with the base packages
 */
public record PythonInstallation(
        CacheFolder cache, Path graalpy, Path uv, Path resources, Path guest, Environment base) {

    /** The system property that names a file to {@link #read}. */
    public static final String PROPERTY = "polyloom.python";

    /** Writes it down for a later process. */
    public void write(Path file) throws IOException {
        StringWriter text = new StringWriter();
        Properties properties = new Properties();
        properties.setProperty("cache", cache.root().toString());
        properties.setProperty("graalpy", graalpy.toString());
        properties.setProperty("uv", uv.toString());
        properties.setProperty("resources", resources.toString());
        properties.setProperty("guest", guest.toString());
        properties.setProperty("base", base.folder().toString());
        properties.store(text, null);
        FileTrees.replace(file, text.toString());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when the file is missing, incomplete or names something that is gone
     */
    public static PythonInstallation read(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return new PythonInstallation(
                new CacheFolder(existing(properties, "cache", file)),
                existing(properties, "graalpy", file),
                existing(properties, "uv", file),
                existing(properties, "resources", file),
                existing(properties, "guest", file),
                new Environment(existing(properties, "base", file)));
    }

    private static Path existing(Properties properties, String key, Path file) throws IOException {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IOException(file + " lacks " + key);
        }
        Path path = Path.of(value);
        if (!Files.exists(path)) {
            throw new IOException(file + " names " + path + ", which is gone");
        }
        return path;
    }
}
