// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.Optional;

/**
 * The answer of a pool to an input: a lease on a replica, or a refusal with its reason.
 *
 * @param <I> the kind of isolate
 */
public sealed interface Admission<I extends Isolate> {

    /**
     * The input may run: the lease must be closed when it has ended.
     *
     * @param <I> the kind of isolate
     * @param lease the lease
     */
    record Admitted<I extends Isolate>(Lease<I> lease) implements Admission<I> {}

    /**
     * The input was refused.
     *
     * @param reason why
     * @param retryAfter when it is worth trying again
     * @param detail a sentence for the log; for {@link Reason#START_FAILED} the cause
     * @param cause for {@link Reason#START_FAILED} what the last start threw
     * @param <I> the kind of isolate
     */
    record Rejected<I extends Isolate>(
            Reason reason, Duration retryAfter, String detail, Optional<Throwable> cause)
            implements Admission<I> {}

    /** Why an input was refused. */
    enum Reason {
        /** The queue is at its length limit. */
        QUEUE_FULL,
        /** The input waited for its whole waiting time. */
        QUEUE_TIMEOUT,
        /** The function's start keeps failing and the pool is backing off. */
        START_FAILED,
        /** The host has no room for another replica and none can be freed. */
        BUDGET,
        /** The pool is draining or closed. */
        CLOSED,
        /** Whoever asked for it gave it up while it waited. */
        ABANDONED
    }
}
