// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import io.methvin.watcher.visitor.FileTreeVisitor;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tells which files changed under the watched folders, a burst of changes at once. Thread-safe.
 *
 * <p>It owns a thread for each folder and one that waits until a burst is over. Hidden and
 * generated folders and environments are not watched.
 */
final class Watcher implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Watcher.class.getName());
    private static final long QUIET_MILLIS = 15;
    private static final long BURST_MAX_MILLIS = 75;
    private static final int DEPTH_MAX = 12;
    private static final int FOLDERS_MAX = 4_000;

    private final Consumer<Set<Path>> changed;
    private final Map<Path, DirectoryWatcher> roots = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Thread collector;
    private Set<Path> pending = new HashSet<>();
    private long arrivals;
    private boolean closed;

    /**
     * Starts to collect.
     *
     * @param changed takes the files of a burst; called on one thread
     */
    Watcher(Consumer<Set<Path>> changed) {
        this.changed = changed;
        this.collector = Thread.ofVirtual().name("polyloom-watcher").unstarted(this::collect);
        collector.start();
    }

    /** Watches a folder and what is below it; does nothing when it is watched already. */
    void watch(Path folder) {
        lock.lock();
        try {
            if (closed
                    || roots.keySet().stream().anyMatch(folder::startsWith)
                    || !Files.isDirectory(folder)) {
                return;
            }
            var watcher =
                    DirectoryWatcher.builder()
                            .path(folder)
                            .fileHashing(false)
                            .fileTreeVisitor(new Visitor())
                            .listener(new Listener())
                            .build();
            roots.put(folder, watcher);
            var _ =
                    watcher.watchAsync(task ->
                            Thread.ofVirtual().name("polyloom-watch-" + folder).start(task));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "cannot watch " + folder + ": " + e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            for (var watcher : roots.values()) {
                closeQuietly(watcher);
            }
            roots.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(DirectoryWatcher watcher) {
        try {
            watcher.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot end a file watcher", e);
        }
    }

    private void arrived(Path path) {
        lock.lock();
        try {
            pending.add(path);
            arrivals++;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void collect() {
        try {
            for (var burst = nextBurst(); !burst.isEmpty(); burst = nextBurst()) {
                tell(burst);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Set<Path> burst) {
        try {
            changed.accept(burst);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot act on changed files", e);
        }
    }

    /** The next burst of changes; empty when closed. */
    private Set<Path> nextBurst() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pending.isEmpty()) {
                if (closed) {
                    return Set.of();
                }
                arrived.await();
            }
            var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BURST_MAX_MILLIS);
            var seen = arrivals;
            while (!closed && deadline - System.nanoTime() > 0) {
                var more = arrived.await(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                if (!more && arrivals == seen) {
                    break;
                }
                seen = arrivals;
            }
            var burst = pending;
            pending = new HashSet<>();
            return burst;
        } finally {
            lock.unlock();
        }
    }

    private final class Listener implements DirectoryChangeListener {

        @Override
        public void onEvent(DirectoryChangeEvent event) {
            var path =
                    event.eventType() == DirectoryChangeEvent.EventType.OVERFLOW
                            ? event.rootPath()
                            : event.path();
            if (path != null && watched(path, event.rootPath())) {
                arrived(path);
            }
        }

        @Override
        public void onException(Exception failure) {
            LOG.log(System.Logger.Level.WARNING, "file watching failed", failure);
        }

        private static boolean watched(Path path, Path root) {
            for (var part = path; part != null && !part.equals(root); part = part.getParent()) {
                if (AppSources.ignored(part)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Leaves out what is never part of an app, and stops before a tree grows beyond bounds. */
    private static final class Visitor implements FileTreeVisitor {

        @Override
        public void recursiveVisitFiles(Path start, Callback onDirectory, Callback onFile)
                throws IOException {
            Files.walkFileTree(
                    start,
                    Set.of(),
                    DEPTH_MAX,
                    new SimpleFileVisitor<>() {
                        private int folders;

                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path dir, BasicFileAttributes attributes) throws IOException {
                            if (!dir.equals(start) && AppSources.ignored(dir)) {
                                return FileVisitResult.SKIP_SUBTREE;
                            }
                            if (++folders > FOLDERS_MAX) {
                                LOG.log(
                                        System.Logger.Level.WARNING,
                                        () -> start + " has too many folders to watch them all");
                                return FileVisitResult.TERMINATE;
                            }
                            onDirectory.call(dir);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            onFile.call(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
    }
}
