// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CacheFolderTest {

    @TempDir Path folder;

    @Test
    void prefersItsOwnVariableThenTheSharedOneThenTheHomeFolder() {
        Path home = Path.of("/home/one");
        assertThat(CacheFolder.chosen(Map.of("POLYLOOM_CACHE", "/a", "XDG_CACHE_HOME", "/b"), home))
                .isEqualTo(new CacheFolder(Path.of("/a")));
        assertThat(CacheFolder.chosen(Map.of("XDG_CACHE_HOME", "/b"), home))
                .isEqualTo(new CacheFolder(Path.of("/b/polyloom")));
        assertThat(CacheFolder.chosen(Map.of("XDG_CACHE_HOME", "relative"), home))
                .isEqualTo(new CacheFolder(Path.of("/home/one/.cache/polyloom")));
    }

    @Test
    void buildsAFolderOnce() throws Exception {
        AtomicInteger builds = new AtomicInteger();
        CacheFolder cache = new CacheFolder(folder);
        for (int i = 0; i < 2; i++) {
            Path built =
                    cache.ensure(
                            "thing/one",
                            _ -> {},
                            (building, _) -> {
                                builds.incrementAndGet();
                                Files.writeString(building.resolve("file"), "text");
                            });
            assertThat(built.resolve("file")).hasContent("text");
        }
        assertThat(builds).hasValue(1);
    }

    @Test
    void leavesNothingOfABuildThatFails() throws Exception {
        CacheFolder cache = new CacheFolder(folder);
        assertThatThrownBy(() ->
                        cache.<IOException>ensure(
                                "thing/one",
                                _ -> {},
                                (building, _) -> {
                                    Files.writeString(building.resolve("half"), "half");
                                    throw new IOException("no space");
                                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no space");
        assertThat(FileTrees.children(folder.resolve("thing"))).isEmpty();
    }

    @Test
    void letsOneThreadBuildWhileAnotherWaits() throws Exception {
        CacheFolder cache = new CacheFolder(folder);
        AtomicInteger builds = new AtomicInteger();
        CountDownLatch waits = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Path>> both =
                    List.of(
                            threads.submit(() -> build(cache, builds, waits)),
                            threads.submit(() -> build(cache, builds, waits)));
            assertThat(both.getFirst().get()).isEqualTo(both.getLast().get());
        }
        assertThat(builds).hasValue(1);
    }

    private static Path build(CacheFolder cache, AtomicInteger builds, CountDownLatch waits)
            throws IOException, InterruptedException {
        return cache.ensure(
                "thing/one",
                _ -> waits.countDown(),
                (_, _) -> {
                    builds.incrementAndGet();
                    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
                });
    }

    @Test
    void letsOneProcessBuildWhileAnotherWaits() throws Exception {
        Path log = folder.resolve("log");
        Process first = CacheFolderProgram.start(folder.resolve("cache"), log);
        Process second = CacheFolderProgram.start(folder.resolve("cache"), log);
        try (BufferedReader ofFirst = first.inputReader();
                BufferedReader ofSecond = second.inputReader()) {
            assertThat(List.of(ofFirst.readLine(), ofSecond.readLine()))
                    .containsExactlyInAnyOrder("building", "waiting");
            release(first);
            release(second);
            assertThat(ofFirst.readLine()).isEqualTo(ofSecond.readLine()).endsWith("thing/one");
            assertThat(log).hasContent("built\n");
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }
    }

    @Test
    void buildsAgainAfterAProcessWasKilledHalfWay() throws Exception {
        Path root = folder.resolve("cache");
        Process killed = CacheFolderProgram.start(root, folder.resolve("log"));
        try (BufferedReader lines = killed.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("building");
        } finally {
            killed.destroyForcibly();
        }
        assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(FileTrees.children(root.resolve("thing"))).hasSize(1);

        Path built =
                new CacheFolder(root)
                        .ensure(
                                "thing/one",
                                _ -> {},
                                (building, _) ->
                                        Files.writeString(building.resolve("whole"), "whole"));

        assertThat(FileTrees.children(root.resolve("thing"))).containsExactly(built);
        assertThat(FileTrees.children(built)).containsExactly(built.resolve("whole"));
    }

    private static void release(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }
}
