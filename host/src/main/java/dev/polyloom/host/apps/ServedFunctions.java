// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AutoscalerChange;
import dev.polyloom.bridge.FunctionControl;
import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolStats;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The functions that are served at the moment of asking, to show them and to change how they scale.
 * Thread-safe.
 */
public final class ServedFunctions implements FunctionControl {

    private final Supplier<List<Generation>> generations;
    private final UnaryOperator<String> urls;

    ServedFunctions(Supplier<List<Generation>> generations, UnaryOperator<String> urls) {
        this.generations = generations;
        this.urls = urls;
    }

    /** All of them, by app in the order of their sources. */
    public List<ServedFunction> all() {
        return stream().toList();
    }

    /** The one with a label. */
    public Optional<ServedFunction> labelled(String label) {
        return stream().filter(function -> function.label().equals(label)).findFirst();
    }

    /** The URL of a label. */
    public String url(String label) {
        return urls.apply(label);
    }

    private Stream<ServedFunction> stream() {
        return generations.get().stream().flatMap(generation -> generation.functions().stream());
    }

    private Optional<ServedFunction> named(String app, String function) {
        return stream()
                .filter(served ->
                        served.app().equals(app) && served.manifest().name().equals(function))
                .findFirst();
    }

    @Override
    public Optional<PoolStats> stats(String app, String function) {
        return named(app, function).map(served -> served.pool().stats());
    }

    @Override
    public Optional<PoolConfig> update(String app, String function, AutoscalerChange change) {
        return named(app, function).map(served -> served.pool().update(change::appliedTo));
    }
}
