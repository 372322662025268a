// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import java.util.Arrays;
import java.util.Collection;

/**
 * Some figures of one thing, in short. Immutable.
 *
 * @param count how many figures there are; all others are 0 when there is none
 */
public record Summary(int count, double min, double median, double p90, double p99, double max) {

    /** Sums up figures in any order. */
    public static Summary of(Collection<Double> figures) {
        if (figures.isEmpty()) {
            return new Summary(0, 0, 0, 0, 0, 0);
        }
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Summary(
                sorted.length,
                sorted[0],
                median(sorted),
                nearest(sorted, 0.9),
                nearest(sorted, 0.99),
                sorted[sorted.length - 1]);
    }

    /** The middle figure, or the mean of the two in the middle. */
    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }

    /** The least figure that at least this share of the figures does not exceed. */
    private static double nearest(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
