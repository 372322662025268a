// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.Admission.Admitted;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An input that waits for a replica. Its answer is given once, under the pool's lock, and read by
 * the waiting thread.
 */
final class Waiter<I extends Isolate> {

    final long enqueuedNanos;
    final long startClockNanos;
    private final Starter<I> starter;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Admission<I> answer;
    private volatile boolean abandoned;

    /**
     * Made by the thread that waits.
     *
     * @param starter lets the input begin
     */
    Waiter(long enqueuedNanos, long startClockNanos, Starter<I> starter) {
        this.starter = starter;
        this.enqueuedNanos = enqueuedNanos;
        this.startClockNanos = startClockNanos;
    }

    @Nullable Admission<I> answer() {
        return answer;
    }

    void answer(Admission<I> admission) {
        var begun = admission instanceof Admitted<I>(var lease) && starter.begin(lease);
        // Not before it has begun: the thread may look at any time. What the input does may wake it
        // earlier; then it waits for the lock, and finds the answer.
        answer = admission;
        if (!begun) {
            LockSupport.unpark(thread);
        }
    }

    /** Nobody wants the input any longer. Any thread. */
    void abandon() {
        abandoned = true;
        LockSupport.unpark(thread);
    }

    boolean abandoned() {
        return abandoned;
    }

    /** Makes the waiting thread look again at its time. */
    void nudge() {
        LockSupport.unpark(thread);
    }
}
