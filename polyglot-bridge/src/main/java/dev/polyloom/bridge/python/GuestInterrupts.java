// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.TruffleLanguage.Env;
import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.source.Source;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Raises an exception in the code that an owner thread runs, which may catch it and clean up.
 * Thread-safe.
 *
 * <p>{@code Context.interrupt} would not do: it goes on interrupting until the thread has left the
 * context, which an owner never does, and so interrupts the cleaning up as well. This uses what
 * GraalPy itself uses for signal handlers.
 */
final class GuestInterrupts {

    /** So that a call into the operating system that would end by itself is left alone. */
    private static final long NUDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** What was found so long ago may have changed. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whoever holds code may not come to let it go. */
    private static final long HOLD_MAX_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long HOLD_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Source RAISE =
            Source.newBuilder(
                            "python",
                            "from polyloom._runtime.interrupts import interrupt\ninterrupt",
                            "polyloom-interrupts.py")
                    .internal(true)
                    .build();

    private final Env env;
    private final Object raise;
    private final Thread owner;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Attempt attempt;

    /** When the code of an input that is still wanted was found on the thread, 0 for never. */
    private volatile long sparedNanos;

    private volatile boolean held;
    private volatile long heldUntilNanos;

    private GuestInterrupts(Env env, Object raise, Thread owner) {
        this.env = env;
        this.raise = raise;
        this.owner = owner;
    }

    /** For the calling thread, which owns the context that it has entered. */
    static GuestInterrupts forOwner() {
        Env env = PythonContext.get(null).getEnv();
        return new GuestInterrupts(env, env.parsePublic(RAISE).call(), Thread.currentThread());
    }

    /** For another thread of the same context. */
    GuestInterrupts of(Thread other) {
        return new GuestInterrupts(env, raise, other);
    }

    /**
     * Interrupts what runs now, if that is still wanted when the owner comes to it, and what runs
     * then is not another input's code, which has its own time. Called again while the owner does
     * not react, interrupts the system call that it may be blocked in. Returns at once.
     */
    void interrupt(BooleanSupplier wanted) {
        lock.lock();
        try {
            long now = System.nanoTime();
            Attempt last = attempt;
            if (last == null || last.over()) {
                Attempt next = new Attempt(wanted, now);
                next.submitted = env.submitThreadLocal(new Thread[] {owner}, next);
                attempt = next;
            } else if (!last.nudged && now - last.sinceNanos > NUDGE_NANOS) {
                last.nudged = true;
                owner.interrupt();
            }
        } catch (IllegalStateException _) {
            // The context is being closed, which ends what runs in it.
        } finally {
            lock.unlock();
        }
    }

    /** Has all threads inside the context wait where they are, until told otherwise. */
    void hold(boolean on) {
        heldUntilNanos = System.nanoTime() + HOLD_MAX_NANOS;
        held = on;
        if (on) {
            try {
                var _ = env.submitThreadLocal(null, new Hold());
            } catch (IllegalStateException _) {
                // The context is being closed.
            }
        }
    }

    /** Whether a moment ago the thread was kept by the code of an input that is still wanted. */
    boolean spares() {
        long at = sparedNanos;
        return at != 0 && System.nanoTime() - at < FRESH_NANOS;
    }

    private void begun(Attempt begun) {
        lock.lock();
        try {
            begun.done = true;
            if (begun.nudged) {
                boolean _ = Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a thread where it is; what cancels the context comes after it. */
    private final class Hold extends ThreadLocalAction {

        Hold() {
            super(false, false);
        }

        @Override
        protected void perform(Access access) {
            while (held
                    && System.nanoTime() - heldUntilNanos < 0
                    && !env.getContext().isCancelling()) {
                LockSupport.parkNanos(this, HOLD_LOOK_NANOS);
            }
        }
    }

    /** One interruption, done once the owner has come to it. Guarded by the lock. */
    private final class Attempt extends ThreadLocalAction {

        private final BooleanSupplier wanted;
        private final long sinceNanos;
        private @Nullable Future<?> submitted;
        private boolean nudged;
        private boolean done;

        Attempt(BooleanSupplier wanted, long sinceNanos) {
            super(true, false);
            this.wanted = wanted;
            this.sinceNanos = sinceNanos;
        }

        /** Whether it is done or never will be: the engine drops it when the owner leaves first. */
        boolean over() {
            Future<?> future = submitted;
            return done || (future != null && future.isDone());
        }

        @Override
        protected void perform(Access access) {
            begun(this);
            if (!wanted.getAsBoolean()) {
                return;
            }
            try {
                if (Boolean.TRUE.equals(InteropLibrary.getUncached().execute(raise))) {
                    sparedNanos = System.nanoTime() | 1;
                }
            } catch (InteropException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
