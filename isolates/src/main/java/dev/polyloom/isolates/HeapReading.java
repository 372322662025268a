// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * The heap at one moment.
 *
 * @param usedBytes what is in use, best taken after a collection
 * @param maxBytes what there can be
 */
public record HeapReading(long usedBytes, long maxBytes) {

    /** {@return the part of the heap that is in use, from 0 to 1; 0 when there is no bound} */
    public double share() {
        return maxBytes <= 0 ? 0 : (double) usedBytes / maxBytes;
    }
}
