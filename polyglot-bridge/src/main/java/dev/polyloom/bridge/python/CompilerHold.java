// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.runtime.OptimizedTruffleRuntime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Puts off the initialisation of the Graal compiler, which the runtime begins with the first code
 * it sees. It keeps a processor busy for the whole time in which the first context starts, and
 * nothing is compiled in that time (see {@link StartupCode}). Thread-safe.
 *
 * <p>The runtime initialises its compiler while it holds its own monitor, in the compiler's thread.
 * So a thread of this class takes that monitor, lets the runtime see its first code, which needs
 * the monitor too, and keeps it until {@link #release}, or for as long as a start may take.
 */
final class CompilerHold {

    private static final long HELD_SECONDS_MAX = 20;
    private static final long TAKEN_SECONDS_MAX = 5;

    private final CountDownLatch released = new CountDownLatch(1);

    private CompilerHold() {}

    /** Code that nobody runs. */
    private static final class NoCode extends RootNode {
        NoCode() {
            super(null);
        }

        @Override
        public Object execute(VirtualFrame frame) {
            return this;
        }
    }

    /** Holds the compiler of a runtime that has not seen any code. Blocks until it is held. */
    static CompilerHold on(OptimizedTruffleRuntime runtime) {
        var hold = new CompilerHold();
        var taken = new CountDownLatch(1);
        Thread.ofPlatform()
                .name("polyloom-compiler-hold")
                .daemon(true)
                .start(() -> hold.keep(runtime, taken));
        try {
            // Should it take longer, nothing is lost but time.
            var _ = taken.await(TAKEN_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return hold;
    }

    private void keep(OptimizedTruffleRuntime runtime, CountDownLatch taken) {
        synchronized (runtime) {
            try {
                var _ = new NoCode().getCallTarget();
            } finally {
                taken.countDown();
            }
            try {
                var _ = released.await(HELD_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets the compiler be initialised. Idempotent. */
    void release() {
        released.countDown();
    }
}
