// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.python.ManifestReader.Entry;
import dev.polyloom.python.EnvironmentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an app needs installed, as far as known: first from its text alone, then from what it
 * declares once it has been imported. Immutable.
 *
 * @param packages requirement specifiers
 * @param requirements requirements files
 */
record SourceScan(Set<String> packages, Set<Path> requirements) {

    SourceScan {
        packages = Set.copyOf(packages);
        requirements = Set.copyOf(requirements);
    }

    /** This and what the functions of the imported app declare. */
    SourceScan with(List<Entry> functions) {
        Set<String> allPackages = new LinkedHashSet<>(packages);
        Set<Path> allRequirements = new LinkedHashSet<>(requirements);
        for (Entry function : functions) {
            allPackages.addAll(function.packages());
            allRequirements.addAll(function.requirements());
        }
        return new SourceScan(allPackages, allRequirements);
    }

    /** This without packages that are asked for by a bare name that is given. */
    SourceScan beyond(Set<String> given) {
        Set<String> more = new LinkedHashSet<>(packages);
        more.removeIf(name -> given.contains(name.strip().toLowerCase(Locale.ROOT)));
        return new SourceScan(more, requirements);
    }

    /** The environment that holds all of it. */
    EnvironmentSpec environment() throws GuestFailure {
        List<String> contents = new ArrayList<>();
        for (Path file : new TreeSet<>(requirements)) {
            try {
                contents.add(Files.readString(file));
            } catch (IOException e) {
                throw new GuestFailure(
                        GuestFaults.error(
                                "NotFoundError",
                                "cannot read the requirements file " + file,
                                file.toString(),
                                0,
                                ""),
                        e);
            }
        }
        try {
            return new EnvironmentSpec(
                    List.copyOf(new TreeSet<>(packages)),
                    contents,
                    EnvironmentSpec.Indexes.USUAL,
                    false);
        } catch (IllegalArgumentException e) {
            throw new GuestFailure(
                    GuestFaults.error("InvalidError", String.valueOf(e.getMessage()), null, 0, ""),
                    e);
        }
    }
}
