// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.Summary;
import java.util.Locale;

/** How figures are written. */
final class Figures {

    private static final double MEBIBYTE = 1 << 20;
    private static final double LARGE = 100;
    private static final double MIDDLE = 10;

    private Figures() {}

    /** Three digits that count, or all before the point. */
    static String of(double figure) {
        double size = Math.abs(figure);
        if (size >= LARGE) {
            return String.format(Locale.ROOT, "%,.0f", figure);
        }
        return String.format(Locale.ROOT, size >= MIDDLE ? "%.1f" : "%.2f", figure);
    }

    /** Three digits after the point, for what is often far below one. */
    static String small(double figure) {
        return String.format(Locale.ROOT, "%.3f", figure);
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,.0f", bytes / MEBIBYTE);
    }

    /** The median with the least and the greatest. */
    static String spread(Summary summary) {
        return of(summary.median()) + " (" + of(summary.min()) + "–" + of(summary.max()) + ")";
    }
}
