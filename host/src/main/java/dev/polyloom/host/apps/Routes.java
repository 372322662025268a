// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.GuestError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which label leads where, at one moment. A change of any app makes another table, and those who
 * wait at this one are told that it is out of date; nothing else of it ever changes.
 *
 * <p>Where two apps claim one label, the earlier one has it and the later one is at fault as a
 * whole.
 */
public final class Routes {

    private final Map<String, Target> labels;
    private final List<BrokenApp> broken;
    private final @Nullable Target root;
    private final boolean loading;
    private final CountDownLatch outOfDate = new CountDownLatch(1);

    /** Where a label leads. */
    public sealed interface Target {

        /** To a function. */
        record Function(ServedFunction function) implements Target {}

        /** To an error, because the app cannot be served. */
        record Broken(String app, GuestError error) implements Target {}
    }

    /** How an app stands. */
    sealed interface State {

        /** It has not been loaded yet. */
        record Loading() implements State {}

        /** It serves. */
        record Live(Generation generation) implements State {}

        /**
         * Its source is at fault.
         *
         * @param labels the labels it had before; empty when it never served
         */
        record Faulty(GuestError error, Set<String> labels) implements State {}
    }

    /**
     * An app as the table sees it.
     *
     * @param name how a person knows it
     * @param defaultName the name it has unless its source gives it one
     * @param state how it stands
     */
    record Entry(String name, String defaultName, State state) {}

    private record BrokenApp(String labelPrefix, Target.Broken target) {}

    private Routes(
            Map<String, Target> labels,
            List<BrokenApp> broken,
            @Nullable Target root,
            boolean loading) {
        this.labels = Map.copyOf(labels);
        this.broken = List.copyOf(broken);
        this.root = root;
        this.loading = loading;
    }

    /** A table that leads nowhere yet. */
    static Routes loading() {
        return new Routes(Map.of(), List.of(), null, true);
    }

    /**
     * What came of building a table.
     *
     * @param conflicts the entries that lost a label to an earlier one, with what to tell
     */
    record Built(Routes routes, Map<Entry, GuestError> conflicts) {}

    /**
     * Builds the table.
     *
     * @param entries all apps, the earlier ones first
     * @param rootLabel the label that also answers at the root, with or without its suffix
     * @param suffix what labels end in
     * @param starting whether the host still loads what it was started with: until then nobody
     *     knows whether a function is the only one
     */
    static Built build(
            List<Entry> entries, Optional<String> rootLabel, String suffix, boolean starting) {
        var labels = new LinkedHashMap<String, Target>();
        var owners = new HashMap<String, String>();
        var broken = new ArrayList<BrokenApp>();
        var conflicts = new LinkedHashMap<Entry, GuestError>();
        var loading = false;
        for (var entry : entries) {
            switch (entry.state()) {
                case State.Loading() -> loading = true;
                case State.Live(var generation) -> {
                    var conflict = conflict(entry, generation, owners);
                    if (conflict == null) {
                        for (var function : generation.functions()) {
                            labels.put(function.label(), new Target.Function(function));
                            owners.put(function.label(), entry.name());
                        }
                    } else {
                        conflicts.put(entry, conflict);
                        var target = new Target.Broken(entry.name(), conflict);
                        for (var function : generation.functions()) {
                            labels.putIfAbsent(function.label(), target);
                        }
                        broken.add(new BrokenApp(Labels.prefix(entry.defaultName()), target));
                    }
                }
                case State.Faulty(var error, var known) -> {
                    var target = new Target.Broken(entry.name(), error);
                    known.forEach(label -> labels.putIfAbsent(label, target));
                    broken.add(new BrokenApp(Labels.prefix(entry.defaultName()), target));
                }
            }
        }
        var undecided = loading && starting && rootLabel.isEmpty();
        var root = undecided ? null : root(labels, broken, rootLabel, suffix);
        return new Built(new Routes(labels, broken, root, loading), conflicts);
    }

    private static @Nullable GuestError conflict(
            Entry entry, Generation generation, Map<String, String> owners) {
        var own = new HashSet<String>();
        for (var function : generation.functions()) {
            var label = function.label();
            var owner = owners.get(label);
            if (owner == null && own.add(label)) {
                continue;
            }
            var other = owner == null ? "another function of the same file" : "`" + owner + "`";
            return new GuestError(
                    "DuplicateLabel",
                    "the label `%s` of function `%s` is already taken by %s; give one of them"
                                    .formatted(label, function.manifest().name(), other)
                            + " another label",
                    Optional.of(entry.name()),
                    Optional.empty(),
                    "");
        }
        return null;
    }

    private static @Nullable Target root(
            Map<String, Target> labels,
            List<BrokenApp> broken,
            Optional<String> rootLabel,
            String suffix) {
        if (rootLabel.isPresent()) {
            var label = rootLabel.get();
            var exact = labels.get(label);
            var found = exact == null ? labels.get(label + suffix) : exact;
            return found == null ? matching(broken, label + suffix) : found;
        }
        if (labels.size() == 1) {
            var only = labels.values().iterator().next();
            var others = broken.stream().filter(app -> !app.target().equals(only)).count();
            return others == 0 ? only : null;
        }
        return labels.isEmpty() && broken.size() == 1 ? broken.getFirst().target() : null;
    }

    /** Where a label leads, null when nowhere. */
    public @Nullable Target find(String label) {
        return labels.get(label);
    }

    /**
     * Where a label leads that could be one of an app whose labels are not known because it never
     * loaded; null when nowhere.
     */
    public @Nullable Target guess(String label) {
        return matching(broken, label);
    }

    private static @Nullable Target matching(List<BrokenApp> broken, String label) {
        for (var app : broken) {
            if (label.startsWith(app.labelPrefix())) {
                return app.target();
            }
        }
        return null;
    }

    /** What answers requests that name no label, null when nothing does. */
    public @Nullable Target root() {
        return root;
    }

    /** Whether an app has not been loaded yet. */
    public boolean incomplete() {
        return loading;
    }

    /** Another table is in force from now on. */
    void replaced() {
        outOfDate.countDown();
    }

    /**
     * Waits until another table is in force.
     *
     * @return whether that was so in time
     */
    public boolean awaitReplaced(Duration bound) throws InterruptedException {
        return outOfDate.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The labels that lead somewhere, in order. */
    public List<String> labels() {
        return labels.keySet().stream().sorted().toList();
    }
}
