// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.host.apps.AppsConfig;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The runtimes in use, each opened once. Thread-safe; owns what it opened. */
final class OpenRuntimes implements AppsConfig.Runtimes, AutoCloseable {

    private final HostConfig config;
    private final Map<Language, RuntimeProvider> providers = new EnumMap<>(Language.class);
    private final Map<Language, AppRuntime> open = new ConcurrentHashMap<>();
    private final Map<Language, ReentrantLock> locks = new EnumMap<>(Language.class);

    OpenRuntimes(HostConfig config, List<RuntimeProvider> providers) {
        this.config = config;
        for (var provider : providers) {
            this.providers.put(provider.language(), provider);
        }
        for (var language : Language.values()) {
            locks.put(language, new ReentrantLock());
        }
    }

    @Override
    public Optional<AppRuntime> runtime(Language language) {
        var provider = providers.get(language);
        var lock = locks.get(language);
        if (provider == null || lock == null) {
            return Optional.empty();
        }
        lock.lock();
        try {
            return Optional.of(open.computeIfAbsent(language, _ -> provider.open(config)));
        } finally {
            lock.unlock();
        }
    }

    /** How many contexts of all languages are in a state, by the names of {@link AppRuntime}. */
    int contexts(String state) {
        return open.values().stream()
                .mapToInt(runtime -> runtime.contexts().getOrDefault(state, 0))
                .sum();
    }

    /** Memory has become scarce, or is there again. */
    void tight(boolean scarce) {
        open.values().forEach(runtime -> runtime.tight(scarce));
    }

    /** How many threads that run guest code cannot be stopped. */
    int abandonedThreads() {
        return open.values().stream().mapToInt(AppRuntime::abandonedThreads).sum();
    }

    @Override
    public void close() {
        for (var language : Language.values()) {
            var runtime = open.get(language);
            if (runtime != null) {
                runtime.close();
            }
        }
    }
}
