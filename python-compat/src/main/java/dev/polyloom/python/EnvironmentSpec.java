// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an environment is to hold beyond the base packages. Immutable.
 *
 * @param packages requirement specifiers such as {@code boto3} or {@code httpx>=0.28}
 * @param requirements the contents of requirements files
 * @param indexes where packages are looked for, when not in the usual place
 * @param preReleases whether versions before a release count
 */
public record EnvironmentSpec(
        List<String> packages, List<String> requirements, Indexes indexes, boolean preReleases) {

    /** Nothing beyond the base packages. */
    public static final EnvironmentSpec BASE =
            new EnvironmentSpec(List.of(), List.of(), Indexes.USUAL, false);

    private static final int PACKAGES_MAX = 1_000;
    private static final int REQUIREMENTS_LENGTH_MAX = 1 << 20;

    /**
     * Where packages are looked for. Immutable.
     *
     * @param main replaces the usual index
     * @param extra further indexes
     * @param links pages or folders that list archives
     */
    public record Indexes(Optional<URI> main, List<URI> extra, List<String> links) {

        /** PyPI, or what the machine's own uv settings say. */
        public static final Indexes USUAL = new Indexes(Optional.empty(), List.of(), List.of());

        /** Copies what it is given. */
        public Indexes {
            extra = List.copyOf(extra);
            links = List.copyOf(links);
            if (links.stream().anyMatch(link -> link.isBlank() || link.startsWith("-"))) {
                throw new IllegalArgumentException("a link is empty or starts with a dash");
            }
        }
    }

    /**
     * Checks and copies what it is given.
     *
     * @throws IllegalArgumentException when a package is no requirement specifier or there is too
     *     much of something
     */
    public EnvironmentSpec {
        packages = packages.stream().map(String::strip).toList();
        requirements = List.copyOf(requirements);
        if (packages.size() > PACKAGES_MAX) {
            throw new IllegalArgumentException("more than " + PACKAGES_MAX + " packages");
        }
        for (String name : packages) {
            if (name.isEmpty() || !Character.isLetterOrDigit(name.charAt(0)) || hasControl(name)) {
                throw new IllegalArgumentException("not the name of a Python package: " + name);
            }
        }
        for (String content : requirements) {
            if (content.length() > REQUIREMENTS_LENGTH_MAX) {
                throw new IllegalArgumentException(
                        "a requirements file is longer than " + REQUIREMENTS_LENGTH_MAX);
            }
        }
    }

    /** The given packages from the usual index. */
    public static EnvironmentSpec ofPackages(List<String> packages) {
        return new EnvironmentSpec(packages, List.of(), Indexes.USUAL, false);
    }

    /** Whether it asks for nothing beyond the base packages. */
    public boolean asksNothing() {
        return packages.isEmpty() && requirements.stream().allMatch(String::isBlank);
    }

    /** The options and files for uv that say where to look. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        indexes.main()
                .ifPresent(main -> options.addAll(List.of("--default-index", main.toString())));
        indexes.extra().forEach(extra -> options.addAll(List.of("--index", extra.toString())));
        indexes.links().forEach(link -> options.addAll(List.of("--find-links", link)));
        if (preReleases) {
            options.addAll(List.of("--prerelease", "allow"));
        }
        return options;
    }

    /** Adds everything that tells two specifications apart. */
    void addTo(ContentHash hash) {
        hash.add("packages");
        packages.stream().sorted().forEach(hash::add);
        hash.add("requirements");
        requirements.forEach(hash::add);
        hash.add("options");
        options().forEach(hash::add);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
