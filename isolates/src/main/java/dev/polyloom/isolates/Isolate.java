// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One isolated context bound to one function.
 *
 * <p>Thread-safe. A pool calls {@link #start()} once, then lets callers use the isolate through
 * leases, then calls {@link #stop(Duration)} or {@link #kill()}; both may also come while {@code
 * start} is still running.
 */
public interface Isolate {

    /**
     * Makes the isolate ready for inputs: user import, enter hooks, ASGI lifespan start-up. Blocks
     * until it is ready.
     *
     * @throws IsolateStartException when the user's code fails to start; the isolate is then dead
     * @throws InterruptedException when the caller gives up; the isolate is then dead
     */
    void start() throws IsolateStartException, InterruptedException;

    /**
     * Stops the isolate in good order: lifespan shutdown, exit hooks, then close. The pool calls it
     * when no lease is held. Blocks for at most {@code grace} and kills what has not ended by then.
     * A second call does nothing.
     *
     * @param grace how long it may run its exit code
     */
    void stop(Duration grace);

    /**
     * Ends the isolate at once. Inputs in flight are answered with a failure. Never blocks.
     * Idempotent.
     */
    void kill();

    /**
     * {@return false from the moment the isolate can take no further input: killed, exited,
     * poisoned or abandoned}
     */
    boolean alive();

    /**
     * {@return how long each named phase of the start took, in the order they ran, for example
     * {@code claim}, {@code import}, {@code enter}, {@code lifespan}} Asked for once, after {@link
     * #start()} has returned. Empty when the isolate does not tell.
     */
    default Map<String, Duration> startPhases() {
        return Map.of();
    }

    /**
     * {@return how much the isolate's threads have allocated so far, in bytes, by its best
     * estimate} Must be quick. Empty when the isolate cannot tell.
     */
    default OptionalLong allocatedBytes() {
        return OptionalLong.empty();
    }

    /**
     * Has the isolate's code wait where it is, or go on. It goes on by itself after a few seconds,
     * and what cannot be made to wait goes on all the time. Returns at once.
     *
     * @param on whether to wait
     */
    default void hold(boolean on) {}
}
