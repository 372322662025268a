// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.CacheFolder;
import dev.polyloom.python.ContentHash;
import dev.polyloom.python.FileTrees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The file that lets the host's Java start with classes loaded, linked and profiled. Confined to
 * one thread.
 *
 * <p>It comes from a training run: the real host serves small apps and answers real requests.
 */
final class AotCache {

    /** Changes whenever the way a cache is made does. */
    private static final String RECIPE = "2";

    private static final List<String> APPS =
            List.of("plain.py", "endpoint.py", "api.py", "pages.py");

    /** Several checkouts may be in use at once, each with a cache of its own. */
    private static final int KEPT = 8;

    private final CacheFolder cache;
    private final Launch launch;
    private final Consumer<String> progress;

    AotCache(CacheFolder cache, Launch launch, Consumer<String> progress) {
        this.cache = cache;
        this.launch = launch;
        this.progress = progress;
    }

    /**
     * Returns the cache for what is to be launched, made first when it is missing.
     *
     * @throws TrainingException when the host did not start, serve or end as it should
     */
    Path ensure() throws TrainingException, IOException, InterruptedException {
        Map<String, String> apps = apps();
        ContentHash hash = new ContentHash().add(RECIPE).add(launch.image().home().toString());
        launch.jars().forEach(jar -> hash.add(jar.toString()));
        launch.options().stream().filter(AotCache::decisive).forEach(hash::add);
        apps.forEach((name, content) -> hash.add(name).add(content));
        Path folder =
                cache.ensure(
                        "aot/" + hash.key(),
                        progress,
                        (building, _) -> {
                            progress.accept("training the host, so that it starts fast");
                            train(apps, building);
                        });
        dropOld(folder);
        return folder.resolve("host.aot");
    }

    /** Where things lie does not decide what the cache holds. */
    private static boolean decisive(String option) {
        return !option.startsWith("-D");
    }

    private static Map<String, String> apps() throws IOException {
        Map<String, String> apps = new LinkedHashMap<>();
        for (String name : APPS) {
            try (InputStream in = AotCache.class.getResourceAsStream("training/" + name)) {
                if (in == null) {
                    throw new IOException("the host's jar lacks training/" + name);
                }
                apps.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return apps;
    }

    private void train(Map<String, String> apps, Path building)
            throws TrainingException, IOException, InterruptedException {
        Path folder = Files.createDirectories(building.resolve("training/apps"));
        for (Map.Entry<String, String> app : apps.entrySet()) {
            Files.writeString(folder.resolve(app.getKey()), app.getValue());
        }
        Path output = building.resolve("host.aot");
        List<String> command = new ArrayList<>();
        command.add(launch.image().java().toString());
        command.addAll(launch.options());
        // Linked ahead, all classes of the training are loaded before main, needed or not: half a
        // second of every command.
        command.add("-XX:-AOTClassLinking");
        command.add("-XX:AOTCacheOutput=" + output);
        command.addAll(List.of("-cp", launch.classPath(), Launch.MAIN));
        new TrainingRun(command, folder, building.resolve("training")).run(output);
        FileTrees.deleteTree(building.resolve("training"));
    }

    /** A cache is large and each build of the host makes one: the newest few stay. */
    private void dropOld(Path used) throws IOException {
        List<Path> others = new ArrayList<>();
        for (Path folder : FileTrees.children(cache.resolve("aot"))) {
            if (!folder.equals(used) && !folder.toString().contains(".building-")) {
                others.add(folder);
            }
        }
        others.sort(Comparator.comparingLong(AotCache::time).reversed());
        for (Path old : others.subList(Math.min(KEPT - 1, others.size()), others.size())) {
            FileTrees.deleteTree(old);
        }
    }

    private static long time(Path folder) {
        return folder.toFile().lastModified();
    }
}
