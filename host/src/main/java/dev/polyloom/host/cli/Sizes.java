// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes such as {@code 16MiB} and times such as {@code 30s}. Pure functions. */
final class Sizes {

    private Sizes() {}

    /** A size in bytes. */
    static final class Bytes implements ITypeConverter<Long> {

        Bytes() {}

        @Override
        public Long convert(String text) {
            return bytes(text);
        }
    }

    /** A time. */
    static final class Time implements ITypeConverter<Duration> {

        Time() {}

        @Override
        public Duration convert(String text) {
            return duration(text);
        }
    }

    /**
     * Bytes without a unit; {@code k}, {@code M}, {@code G} in thousands, {@code KiB} and so on.
     */
    static long bytes(String text) {
        var clean = text.strip().toLowerCase(Locale.ROOT);
        var digits = digits(clean);
        var factor =
                switch (clean.substring(digits).strip()) {
                    case "", "b" -> 1L;
                    case "k", "kb" -> 1_000L;
                    case "m", "mb" -> 1_000_000L;
                    case "g", "gb" -> 1_000_000_000L;
                    case "ki", "kib" -> 1L << 10;
                    case "mi", "mib" -> 1L << 20;
                    case "gi", "gib" -> 1L << 30;
                    default -> throw wrong(text, "a size such as `512KiB`, `16MiB` or `1GiB`");
                };
        return multiply(clean, digits, factor, "a size such as `16MiB`");
    }

    /** Seconds without a unit; {@code ms}, {@code s}, {@code m} and {@code h}. */
    static Duration duration(String text) {
        var clean = text.strip().toLowerCase(Locale.ROOT);
        var digits = digits(clean);
        var millis =
                switch (clean.substring(digits).strip()) {
                    case "ms" -> 1L;
                    case "", "s" -> 1_000L;
                    case "m", "min" -> 60_000L;
                    case "h" -> 3_600_000L;
                    default -> throw wrong(text, "a time such as `500ms`, `5s` or `2m`");
                };
        return Duration.ofMillis(multiply(clean, digits, millis, "a time such as `5s`"));
    }

    private static int digits(String text) {
        var end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static long multiply(String text, int digits, long factor, String wanted) {
        try {
            return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor);
        } catch (NumberFormatException | ArithmeticException _) {
            throw wrong(text, wanted);
        }
    }

    private static TypeConversionException wrong(String text, String wanted) {
        return new TypeConversionException("`" + text + "` is not " + wanted);
    }
}
