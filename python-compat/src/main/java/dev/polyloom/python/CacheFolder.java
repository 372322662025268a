// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder under which everything prepared lies. Immutable and thread-safe; several processes may
 * use one folder at once.
 *
 * <p>Each thing prepared is a folder of its own whose name carries the hash of what it was made
 * from. It appears by an atomic rename when it is whole and is never changed afterwards.
 *
 * @param root the absolute path; need not exist yet
 */
public record CacheFolder(Path root) {

    private static final Duration LOCK_WAIT = Duration.ofMinutes(60);
    private static final long LOCK_POLL_MILLIS = 100;

    /** Fills a folder that does not exist elsewhere yet. */
    @FunctionalInterface
    public interface Builder<X extends Exception> {
        /**
         * Fills the folder, which exists and is empty.
         *
         * @param building where to write; renamed afterwards
         * @param published where the folder will be once it is whole
         */
        void build(Path building, Path published) throws X, IOException, InterruptedException;
    }

    /** Makes the path absolute. */
    public CacheFolder {
        root = root.toAbsolutePath().normalize();
    }

    /**
     * The folder a person chose or the usual one: {@code POLYLOOM_CACHE}, else {@code
     * $XDG_CACHE_HOME/polyloom}, else {@code ~/.cache/polyloom}.
     *
     * @param environment the process's environment variables
     * @param home the person's home folder
     */
    public static CacheFolder chosen(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("POLYLOOM_CACHE", "");
        if (!own.isBlank()) {
            return new CacheFolder(Path.of(own));
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches =
                !shared.isBlank() && Path.of(shared).isAbsolute()
                        ? Path.of(shared)
                        : home.resolve(".cache");
        return new CacheFolder(caches.resolve("polyloom"));
    }

    /** {@link #chosen(Map, Path)} for this process. */
    public static CacheFolder chosen() {
        Map<String, String> environment = System.getenv();
        // As in the launcher: the JVM would take the home of the user database instead.
        String home = environment.getOrDefault("HOME", "");
        return chosen(
                environment, Path.of(home.isBlank() ? System.getProperty("user.home", ".") : home));
    }

    /** A path below the root. */
    public Path resolve(String name) {
        return root.resolve(name);
    }

    /**
     * Returns the named folder, building it first when it is missing. Exactly one process builds
     * it; others wait for that one, up to an hour. A build that fails or dies leaves nothing that a
     * later one would take for whole.
     *
     * @param name relative to the root, such as {@code env/4f2a…}
     * @param progress told when there is something to wait for
     * @throws IOException when the folder cannot be written or the wait is over
     * @throws InterruptedException when the caller gives up; nothing is left behind
     */
    public <X extends Exception> Path ensure(
            String name, Consumer<String> progress, Builder<X> builder)
            throws X, IOException, InterruptedException {
        Path published = resolve(name);
        if (Files.isDirectory(published)) {
            return published;
        }
        Files.createDirectories(published.getParent());
        return locked(
                name,
                progress,
                () -> {
                    if (!Files.isDirectory(published)) {
                        publish(published, builder);
                    }
                    return published;
                });
    }

    /** Work done while a lock is held. */
    @FunctionalInterface
    public interface Locked<T, X extends Exception> {
        /** Does the work. */
        T call() throws X, IOException, InterruptedException;
    }

    /**
     * Runs the work while no other process or thread runs work under the same name.
     *
     * @param name of the lock
     * @param progress told when another one holds it
     * @throws IOException when the wait, at most an hour, is over
     */
    public <T, X extends Exception> T locked(
            String name, Consumer<String> progress, Locked<T, X> work)
            throws X, IOException, InterruptedException {
        Path file = resolve("locks").resolve(name.replace('/', '-') + ".lock");
        Files.createDirectories(file.getParent());
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lock(channel, name, progress)) {
            return work.call();
        }
    }

    private static FileLock lock(FileChannel channel, String name, Consumer<String> progress)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LOCK_WAIT.toNanos();
        boolean told = false;
        while (System.nanoTime() < end) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (!told) {
                progress.accept("waiting for another process that prepares " + name);
                told = true;
            }
            // A file lock can be waited for without a bound, or polled.
            TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MILLIS);
        }
        throw new IOException("another process still prepares " + name + " after " + LOCK_WAIT);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by another thread of this process
        }
    }

    private <X extends Exception> void publish(Path published, Builder<X> builder)
            throws X, IOException, InterruptedException {
        String prefix = published.getFileName() + ".building-";
        for (Path left : FileTrees.children(published.resolveSibling(""))) {
            if (left.getFileName().toString().startsWith(prefix)) {
                FileTrees.deleteTree(left);
            }
        }
        Path building = published.resolveSibling(prefix + UUID.randomUUID());
        Files.createDirectory(building);
        boolean whole = false;
        try {
            builder.build(building, published);
            Files.move(building, published, StandardCopyOption.ATOMIC_MOVE);
            whole = true;
        } finally {
            if (!whole) {
                FileTrees.deleteTree(building);
            }
        }
    }
}
