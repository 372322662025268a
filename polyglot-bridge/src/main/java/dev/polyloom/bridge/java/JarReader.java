// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.GuestError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Reads a jar whole, so that replacing the file does not disturb what runs from it. */
final class JarReader {

    private static final String CLASS = ".class";
    private static final long BYTES_MAX = 256L << 20;

    private JarReader() {}

    static AppClasses read(Path file) throws AppLoadException {
        Map<String, byte[]> classes = new HashMap<>();
        Map<String, byte[]> resources = new HashMap<>();
        long total = 0;
        try (JarFile jar = new JarFile(file.toFile())) {
            List<JarEntry> entries = jar.stream().filter(entry -> !entry.isDirectory()).toList();
            for (JarEntry entry : entries) {
                byte[] bytes;
                try (InputStream in = jar.getInputStream(entry)) {
                    bytes = in.readNBytes(Math.toIntExact(BYTES_MAX - total + 1));
                }
                total += bytes.length;
                if (total > BYTES_MAX) {
                    throw new IOException("it unpacks to more than " + BYTES_MAX + " bytes");
                }
                String name = entry.getName();
                if (name.endsWith(CLASS) && !name.startsWith("META-INF/")) {
                    String binary = name.substring(0, name.length() - CLASS.length());
                    classes.put(binary.replace('/', '.'), bytes);
                } else {
                    resources.put(name, bytes);
                }
            }
        } catch (IOException e) {
            throw new AppLoadException(
                    new GuestError(
                            "JarError",
                            "cannot read it: " + e.getMessage(),
                            Optional.of(file.toString()),
                            Optional.empty(),
                            ""));
        }
        return new AppClasses(classes, resources);
    }
}
