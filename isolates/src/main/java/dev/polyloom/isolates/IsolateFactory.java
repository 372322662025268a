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

    /** Returns a new isolate that has not been started. */
    I create();
}
