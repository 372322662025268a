// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.apps.Sample;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Looks at what a person gave to options.
 *
 * @param spec the command's
 */
record Checks(CommandSpec spec) {

    /** Every name must be known. */
    void names(String option, List<String> given, List<String> known) {
        for (String name : given) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        option + ": there is no `" + name + "`; there are " + known);
            }
        }
    }

    /** The samples of these labels, in their own order. */
    List<Sample> samples(String option, List<String> labels) {
        names(option, labels, Arrays.stream(Sample.values()).map(Sample::label).toList());
        return Arrays.stream(Sample.values())
                .filter(sample -> labels.contains(sample.label()))
                .toList();
    }

    /** A number must not be less. */
    int atLeast(int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + ": must be at least " + least);
        }
        return value;
    }
}
