// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packages that an environment does without because their native code could not be built: those
 * that others ask for, never those that the app itself does. Many libraries use such a package in
 * one corner only; who imports it is told (see {@code polyloom._patches._left_out}). Confined to
 * the thread that builds the environment.
 */
final class LeftOut {

    /** In the environment's folder, read by the runtime: a name a line. */
    static final String FILE = "left-out";

    /** More are a sign that something else is wrong, such as a compiler that is missing. */
    private static final int PACKAGES_MAX = 8;

    private static final Pattern FAILED =
            Pattern.compile("Failed to (?:download and )?build `([A-Za-z0-9._-]+)==");
    private static final Pattern NAME = Pattern.compile("^\\s*([A-Za-z0-9][A-Za-z0-9._-]*)");

    private final Set<String> asked = new TreeSet<>();
    private final Set<String> names = new TreeSet<>();

    LeftOut(EnvironmentSpec spec) {
        spec.packages().forEach(this::ask);
        spec.requirements().stream().flatMap(String::lines).forEach(this::ask);
    }

    private void ask(String requirement) {
        Matcher name = NAME.matcher(requirement);
        if (name.find()) {
            asked.add(normal(name.group(1)));
        }
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }

    /** The package to do without after a failure; empty when there is none to blame. */
    Optional<String> next(EnvironmentException failure) {
        Optional<String> blamed = blamed(failure);
        blamed.ifPresent(names::add);
        return blamed;
    }

    /** What {@link #next} would leave out. */
    Optional<String> blamed(EnvironmentException failure) {
        Matcher failed = FAILED.matcher(failure.output());
        while (names.size() < PACKAGES_MAX && failed.find()) {
            String name = normal(failed.group(1));
            if (!asked.contains(name) && !names.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** The options for uv that leave the packages out. */
    List<String> options(Path folder) throws IOException {
        if (names.isEmpty()) {
            return List.of();
        }
        Path overrides = folder.resolve("left-out.in");
        Files.write(
                overrides,
                names.stream().map(name -> name + " ; sys_platform == 'nowhere'").toList());
        return List.of("--override", overrides.toString());
    }

    /** Tells the runtime. */
    void write(Path environment) throws IOException {
        if (!names.isEmpty()) {
            Files.write(environment.resolve(FILE), names);
        }
    }
}
