// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * Makes isolates for one function. Creation is cheap and does not block; the work is in {@link
 * Isolate#start()}.
 *
 * @param <I> the kind of isolate
 */
@FunctionalInterface
public interface IsolateFactory<I extends Isolate> {

    /** {@return a new isolate that has not been started} Called under the pool's lock. */
    I create();

    /**
     * Runs what the function declares as its warm-up on a started isolate, before it takes traffic.
     * Blocks; its time counts as starting. Does nothing unless overridden.
     *
     * @param isolate the started isolate
     * @throws IsolateStartException when the warm-up fails; the isolate is then killed
     * @throws InterruptedException when the pool gives up; the isolate is then killed
     */
    default void warmUp(I isolate) throws IsolateStartException, InterruptedException {}
}
