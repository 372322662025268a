// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives every option {@code --some-name} the environment variable {@code POLYLOOM_SOME_NAME} as its
 * twin; what stands on the command line goes first. An option that may be given several times takes
 * one value from there.
 */
record EnvironmentTwins(Map<String, String> environment) implements IDefaultValueProvider {

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)
                || option.usageHelp()
                || option.versionHelp()) {
            return null;
        }
        var value = environment.get(twin(option.longestName()));
        return value == null || value.isEmpty() ? null : value;
    }

    /** The name of an option's twin. */
    static String twin(String option) {
        var name = option.replaceFirst("^--?", "");
        return "POLYLOOM_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
