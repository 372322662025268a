// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.python.Environment;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;

/**
 * Deletes copies of native libraries that contexts left behind.
 *
 * <p>Each context that loads native modules makes copies named {@code *.so.dupN}, N counting such
 * contexts from 0 in each process. The first few are kept, because the next process finds them and
 * starts faster; the others would fill the disk, some megabytes with each reload. A copy that has
 * been loaded can go: the system keeps what is mapped.
 */
final class NativeCopies {

    private static final String MARK = ".so.dup";
    private static final int KEPT = 16;

    /** A copy is loaded within moments of its making; younger ones may still be on their way. */
    private static final Duration AGE_MIN = Duration.ofMinutes(2);

    private NativeCopies() {}

    /**
     * Deletes what is no longer needed in an environment; failures leave a file for the next time.
     */
    static void sweep(Environment environment, Instant now) {
        try {
            Files.walkFileTree(environment.folder(), new Sweeper(now.minus(AGE_MIN)));
        } catch (IOException _) {
            // Whatever is left is found by the next sweep.
        }
    }

    /** Whether a file is a copy beyond the ones that are kept. */
    static boolean superfluous(String name) {
        int mark = name.lastIndexOf(MARK);
        if (mark < 0) {
            return false;
        }
        try {
            return Integer.parseInt(name.substring(mark + MARK.length()), 16) >= KEPT;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static final class Sweeper extends SimpleFileVisitor<Path> {

        private final Instant olderThan;

        Sweeper(Instant olderThan) {
            this.olderThan = olderThan;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (superfluous(file.getFileName().toString())
                    && attributes.lastModifiedTime().toInstant().isBefore(olderThan)) {
                Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }
}
