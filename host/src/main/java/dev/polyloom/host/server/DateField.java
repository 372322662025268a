// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} field's line, made once a second. Thread-safe. */
final class DateField {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private volatile Made made = make(0);

    private record Made(long second, byte[] line, String value) {}

    /** The line with its line end. Must not be changed. */
    byte[] line() {
        return now().line();
    }

    /** The value alone. */
    String value() {
        return now().value();
    }

    private Made now() {
        var second = System.currentTimeMillis() / 1_000;
        var now = made;
        if (now.second() != second) {
            now = make(second);
            made = now;
        }
        return now;
    }

    private static Made make(long second) {
        var value = FORMAT.format(Instant.ofEpochSecond(second));
        var line = "date: " + value + "\r\n";
        return new Made(second, line.getBytes(StandardCharsets.US_ASCII), value);
    }
}
