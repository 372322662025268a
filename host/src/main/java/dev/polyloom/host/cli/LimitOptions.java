// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.host.embed.HostLimits;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code serve} about all functions together. Set by picocli. */
final class LimitOptions {

    private static final String USUAL = "200/1000";

    @Option(
            names = "--rate-limit",
            arity = "0..1",
            paramLabel = "RATE[/BURST]",
            fallbackValue = USUAL,
            converter = Rate.class,
            preprocessor = OnlyRates.class,
            description = {
                "Take so many inputs a second, and BURST at once after a pause, else answer 429;",
                "200/1000 without numbers, BURST is RATE times 5 (default: off)."
            })
    @Nullable RateLimit rate;

    @Option(
            names = "--max-replicas",
            paramLabel = "NUMBER",
            defaultValue = "64",
            converter = Positive.class,
            description = {
                "Replicas of all functions together. Beyond that idle ones make way, least",
                "recently used first, then inputs wait (default: ${DEFAULT-VALUE})."
            })
    int maxReplicas;

    @Option(
            names = "--max-starts",
            paramLabel = "NUMBER",
            defaultValue = "2",
            converter = Positive.class,
            description = "Replicas that start at the same time (default: ${DEFAULT-VALUE}).")
    int maxStarts;

    LimitOptions() {}

    HostLimits config() {
        return new HostLimits(Optional.ofNullable(rate), maxReplicas, maxStarts);
    }

    /** A rate such as {@code 200}, {@code 0.5} or {@code 200/1000}. */
    static final class Rate implements ITypeConverter<RateLimit> {

        Rate() {}

        @Override
        public RateLimit convert(String text) {
            var slash = text.indexOf('/');
            try {
                return slash < 0
                        ? RateLimit.of(Double.parseDouble(text))
                        : new RateLimit(
                                Double.parseDouble(text.substring(0, slash)),
                                Long.parseLong(text.substring(slash + 1)));
            } catch (NumberFormatException _) {
                throw new TypeConversionException(
                        "`" + text + "` is not a rate such as `200` or `200/1000`");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A number of things of which there must be one. */
    static final class Positive implements ITypeConverter<Integer> {

        Positive() {}

        @Override
        public Integer convert(String text) {
            try {
                var number = Integer.parseInt(text);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Told below.
            }
            throw new TypeConversionException("`" + text + "` is not a number above 0");
        }
    }

    /** Keeps the option without numbers from taking the path that follows it for its value. */
    static final class OnlyRates implements IParameterPreprocessor {

        OnlyRates() {}

        @Override
        @SuppressWarnings("JdkObsolete") // picocli's signature
        public boolean preprocess(
                Stack<String> arguments,
                CommandSpec command,
                ArgSpec argument,
                Map<String, Object> details) {
            var attached = "=".equals(details.get("separator"));
            if (!attached && (arguments.isEmpty() || !numeric(arguments.peek()))) {
                arguments.push(USUAL);
            }
            return false;
        }

        private static boolean numeric(String text) {
            return text.matches("[0-9][0-9./]*");
        }
    }
}
