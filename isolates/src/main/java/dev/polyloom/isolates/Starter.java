// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * Lets an input begin at the moment that it gets its place.
 *
 * @param <I> the kind of isolate
 */
@FunctionalInterface
public interface Starter<I extends Isolate> {

    /**
     * Called once with the lease, by the thread that waits for it or by one that gives a place
     * back, perhaps under the pool's lock: it must return at once, not call the pool, and not
     * throw.
     *
     * @param lease is the input's
     * @return whether the input has begun and wakes the waiting thread when it needs it, so that
     *     the pool need not
     */
    boolean begin(Lease<I> lease);
}
