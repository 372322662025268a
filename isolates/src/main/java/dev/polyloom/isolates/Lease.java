// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;

/**
 * The right to run one input on a replica. Thread-safe; closing twice does nothing.
 *
 * @param <I> the kind of isolate
 */
public interface Lease<I extends Isolate> extends AutoCloseable {

    /** {@return the isolate to run the input on} */
    I isolate();

    /** {@return how long the input waited for this lease} */
    Duration queued();

    /** {@return how long of that the replica took to start, zero when it was warm} */
    Duration starting();

    /** {@return whether a replica had to be started for this input} */
    boolean cold();

    /**
     * Condemns the replica: it takes no further input and is replaced. The lease must still be
     * closed.
     *
     * @param cause what went wrong
     */
    void invalidate(String cause);

    /** Gives the place on the replica back. */
    @Override
    void close();
}
