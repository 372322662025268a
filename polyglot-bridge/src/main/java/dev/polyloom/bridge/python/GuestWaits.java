// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.truffle.api.TruffleSafepoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits of a thread that the guest has called out of.
 *
 * <p>The engine now and then needs all threads of a context for a moment, for instance when one of
 * them is the first to load a C extension, and makes that one wait until the others have come by. A
 * thread that simply parked would hold it up for as long as it waits.
 */
final class GuestWaits {

    private GuestWaits() {}

    /**
     * Parks until the condition holds or the time is up; whoever makes it hold unparks the thread.
     * The engine's own actions run meanwhile; one that ends the context throws.
     *
     * @param blocker what is waited for, for thread dumps
     * @param nanos at most so long
     */
    static void await(Object blocker, long nanos, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return;
        }
        long deadline = System.nanoTime() + nanos;
        TruffleSafepoint.setBlockedThreadInterruptible(
                null,
                waiter -> {
                    while (!condition.getAsBoolean()) {
                        long left = deadline - System.nanoTime();
                        if (left <= 0) {
                            return;
                        }
                        LockSupport.parkNanos(waiter, left);
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                    }
                },
                blocker);
    }

    /**
     * Waits for a latch, likewise.
     *
     * @return whether it is at zero
     */
    static boolean await(CountDownLatch latch, long nanos) {
        long deadline = System.nanoTime() + nanos;
        TruffleSafepoint.setBlockedThreadInterruptible(
                null,
                blocker -> {
                    boolean _ = blocker.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                },
                latch);
        return latch.getCount() == 0;
    }
}
