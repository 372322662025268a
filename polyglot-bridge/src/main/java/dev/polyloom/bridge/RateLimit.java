// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

/**
 * How many inputs are taken in a time: a bucket of {@code burst} tokens, refilled evenly.
 * Immutable.
 *
 * @param perSecond inputs a second in the long run; above 0 and at most a million, fractions
 *     allowed
 * @param burst inputs that may come at once after a pause; 1 to a million
 */
public record RateLimit(double perSecond, long burst) {

    /** How many seconds' worth of inputs may come at once where nothing else is said. */
    public static final int BURST_SECONDS = 5;

    private static final long MOST = 1_000_000;

    /** Checks the ranges; an illegal value is reported with its name. */
    public RateLimit {
        if (!(perSecond > 0 && perSecond <= MOST)) {
            throw new IllegalArgumentException(
                    "the rate must be above 0 and at most " + MOST + " inputs a second");
        }
        if (burst < 1 || burst > MOST) {
            throw new IllegalArgumentException("the burst must be from 1 to " + MOST + " inputs");
        }
    }

    /**
     * {@return a limit whose burst is worth {@link #BURST_SECONDS}, and at least one input}
     *
     * @param perSecond inputs a second in the long run
     */
    public static RateLimit of(double perSecond) {
        var burst = (long) Math.ceil(perSecond * BURST_SECONDS);
        return new RateLimit(perSecond, Math.clamp(burst, 1, MOST));
    }
}
