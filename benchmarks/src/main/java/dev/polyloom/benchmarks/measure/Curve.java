// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How throughput rose while a server warmed up. Immutable.
 *
 * @param windows in order
 */
public record Curve(List<Window> windows) {

    private static final int SUCCESSIVE = 3;
    private static final double SPREAD_MAX = 0.05;

    /**
     * A stretch of load.
     *
     * @param endSeconds when it ended, from the start of the load
     * @param rate requests a second
     */
    public record Window(double endSeconds, double rate) {}

    /** Copies the windows. */
    public Curve {
        windows = List.copyOf(windows);
    }

    /** The curve with one more window. */
    Curve and(Window window) {
        List<Window> longer = new ArrayList<>(windows);
        longer.add(window);
        return new Curve(longer);
    }

    /** Whether the last three windows differ by less than 5 %. */
    boolean settled() {
        if (windows.size() < SUCCESSIVE) {
            return false;
        }
        var last =
                windows.subList(windows.size() - SUCCESSIVE, windows.size()).stream()
                        .mapToDouble(Window::rate)
                        .summaryStatistics();
        return last.getMax() - last.getMin() < SPREAD_MAX * last.getMax();
    }

    /** The highest rate; 0 without windows. */
    public double peak() {
        return windows.stream().mapToDouble(Window::rate).max().orElse(0);
    }

    /**
     * When a rate was first reached.
     *
     * @return the end of the first window that reached it; empty when none did
     */
    public OptionalDouble secondsTo(double rate) {
        return windows.stream()
                .filter(window -> window.rate() >= rate)
                .mapToDouble(Window::endSeconds)
                .findFirst();
    }
}
