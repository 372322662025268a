// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What an app's files held when it was loaded, so that a save without a change is told from a
 * change. Not thread-safe.
 */
final class Fingerprints {

    private static final long GONE = -1;
    private static final long CONTENT_MAX = 8 << 20;
    private static final int FILES_MAX = 5_000;
    private static final long SETTLED_MILLIS = 10;

    private final Map<Path, Long> known = new HashMap<>();

    /**
     * Remembers the files as they are, those under folders too. A file that may have changed after
     * the given moment is left out: whoever asks about it later is told that it changed.
     *
     * @param startedMillis when the load that read the files began
     */
    void record(Set<Path> paths, long startedMillis) {
        known.clear();
        for (var path : paths) {
            if (Files.isDirectory(path)) {
                recordFolder(path, startedMillis);
            } else {
                recordFile(path, startedMillis);
            }
        }
    }

    /** Whether a file is not as it was. */
    boolean changed(Path path) {
        var before = known.get(path);
        return before == null || before != fingerprint(path);
    }

    private void recordFolder(Path folder, long startedMillis) {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path dir, BasicFileAttributes attributes) {
                            return !dir.equals(folder) && AppSources.ignored(dir)
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            recordFile(file, startedMillis);
                            return known.size() < FILES_MAX
                                    ? FileVisitResult.CONTINUE
                                    : FileVisitResult.TERMINATE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException _) {
            // What could not be read is not known, and so counts as changed when it is asked for.
            return;
        }
    }

    private void recordFile(Path file, long startedMillis) {
        var print = fingerprint(file);
        try {
            if (print == GONE
                    || Files.getLastModifiedTime(file).toMillis()
                            < startedMillis - SETTLED_MILLIS) {
                known.put(file, print);
            }
        } catch (IOException _) {
            // It went away this moment.
            known.remove(file);
        }
    }

    private static long fingerprint(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return 0;
            }
            if (attributes.size() > CONTENT_MAX) {
                return attributes.size() * 31 + attributes.lastModifiedTime().toMillis();
            }
            var crc = new CRC32C();
            crc.update(Files.readAllBytes(file));
            return attributes.size() << Integer.SIZE | crc.getValue();
        } catch (IOException _) {
            return GONE;
        }
    }
}
