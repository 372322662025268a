// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An input that waits for a replica. Its answer is given once, under the pool's lock, and read by
 * the waiting thread.
 */
final class Waiter<I extends Isolate> {

    final long enqueuedNanos;
    final long startClockNanos;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Admission<I> answer;
    private volatile boolean abandoned;

    Waiter(long enqueuedNanos, long startClockNanos) {
        this.enqueuedNanos = enqueuedNanos;
        this.startClockNanos = startClockNanos;
    }

    @Nullable Admission<I> answer() {
        return answer;
    }

    void answer(Admission<I> admission) {
        answer = admission;
        LockSupport.unpark(thread);
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
