// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.graal.python.nodes.PRootNode;
import com.oracle.graal.python.nodes.function.BuiltinFunctionRootNode;
import com.oracle.graal.python.runtime.GilNode;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.RootNode;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has the threads of a context take turns at its interpreter lock, as CPython's do every 5 ms.
 *
 * <p>GraalPy 25.0 does so in the first context of an engine that has a second thread, and in no
 * other: there a thread that computes keeps all others waiting, the context's owner among them, for
 * as long as it likes. Where GraalPy does it as well, a turn is shorter now and then.
 *
 * <p>Thread-safe. One thread looks at all contexts.
 */
final class LockTurns implements AutoCloseable {

    /** How long somebody has the lock, at least, before another's turn comes. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How often to look while nobody waits for anybody. */
    private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** So long after somebody had to wait the next is expected. */
    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So often the lock is asked for where it is best given up. */
    private static final int PATIENCE = 3;

    private static final MethodHandle HAS_WAITERS = handle("gilHasQueuedThreads", boolean.class);
    private static final MethodHandle HOLDER = handle("getGilOwner", Thread.class);

    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;

    private LockTurns() {
        thread = Thread.ofPlatform().name("polyloom-turns").daemon(true).unstarted(this::run);
    }

    /** Starts to look; whoever calls must close. */
    static LockTurns watching() {
        LockTurns turns = new LockTurns();
        turns.thread.start();
        return turns;
    }

    /** The threads of one context, until closed. */
    interface Turns extends AutoCloseable {
        @Override
        void close();
    }

    /** For the context that the calling thread has entered. */
    Turns ofContext() {
        Place place = new Place(PythonContext.get(null));
        places.add(place);
        LockSupport.unpark(thread);
        return () -> places.remove(place);
    }

    private void run() {
        long busyUntil = System.nanoTime();
        while (!closed) {
            boolean waited = false;
            for (Place place : places) {
                waited |= waits(place);
            }
            long now = System.nanoTime();
            if (waited) {
                busyUntil = now + BUSY_NANOS;
            }
            if (places.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, now - busyUntil < 0 ? TURN_NANOS : CALM_NANOS);
            }
        }
    }

    private static boolean waits(Place place) {
        try {
            return place.look();
        } catch (RuntimeException _) {
            // One that is going away must not cost the others their turns.
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private static MethodHandle handle(String name, Class<?> result) {
        try {
            return MethodHandles.privateLookupIn(PythonContext.class, MethodHandles.lookup())
                    .findVirtual(PythonContext.class, name, MethodType.methodType(result));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of GraalPy has no PythonContext." + name + "()", e);
        }
    }

    /** One context. Confined to the thread that looks. */
    private static final class Place {

        private final PythonContext context;
        private @Nullable Thread seen;
        private @Nullable Future<?> asked;
        private int times;

        Place(PythonContext context) {
            this.context = context;
        }

        /** Asks whoever had the lock at the last look already to let others; whether any wait. */
        boolean look() {
            if (!hasWaiters()) {
                seen = null;
                return false;
            }
            Thread holder = holder();
            if (holder == null || holder != seen) {
                seen = holder;
                times = 0;
                drop();
            } else if (asked == null || asked.isDone()) {
                ask(holder);
            }
            return true;
        }

        private void ask(Thread holder) {
            times++;
            Yield next = new Yield(times > PATIENCE);
            try {
                asked = context.getEnv().submitThreadLocal(new Thread[] {holder}, next);
            } catch (IllegalStateException _) {
                // The context is being closed.
            }
        }

        private void drop() {
            Future<?> before = asked;
            if (before != null) {
                before.cancel(false);
                asked = null;
            }
        }

        private boolean hasWaiters() {
            try {
                return (boolean) HAS_WAITERS.invokeExact(context);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private @Nullable Thread holder() {
            try {
                return (Thread) HOLDER.invokeExact(context);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Gives the lock to whoever waits for it, and queues for it again. */
    private static final class Yield extends ThreadLocalAction {

        private final boolean insistent;

        Yield(boolean insistent) {
            super(true, false);
            this.insistent = insistent;
        }

        @Override
        protected void perform(Access access) {
            Node location = access.getLocation();
            if (mayLeave(location)) {
                GilNode lock = GilNode.getUncached();
                if (lock.tryRelease()) {
                    lock.acquire(PythonContext.get(location), location);
                }
            }
        }

        /**
         * The engine's own parts do not expect another thread between their steps, but at their
         * end, which is where a loop that calls little else may always be found.
         */
        private boolean mayLeave(Node location) {
            RootNode root = location.getRootNode();
            boolean guests =
                    root instanceof PRootNode python
                            && !root.isInternal()
                            && !python.isPythonInternal();
            return guests || (insistent && location instanceof BuiltinFunctionRootNode);
        }
    }
}
