// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.truffle.api.Truffle;
import com.oracle.truffle.runtime.BaseOSRRootNode;
import com.oracle.truffle.runtime.EngineData;
import com.oracle.truffle.runtime.OptimizedCallTarget;
import com.oracle.truffle.runtime.OptimizedDirectCallNode;
import com.oracle.truffle.runtime.OptimizedTruffleRuntime;
import com.oracle.truffle.runtime.OptimizedTruffleRuntimeListener;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what only a start runs away from the compiler. Thread-safe.
 *
 * <p>Importing a framework makes the import machinery and the class builders hot, for the last time
 * in the context's life. Compiling them takes the compiler longer than the whole import, on a
 * processor that the import needs, and then delays what requests make hot. So while a context
 * starts, the engine's thresholds are out of reach; and what gets into the queue all the same is
 * taken out of it.
 *
 * <p>Each further start counts up the same code, in a context whose classes are new, so that much
 * of what was compiled is thrown away by it. So after a start code has to become hot twice before
 * it is compiled: the first time may be the start's doing, the second is that of inputs.
 *
 * <p>This uses the runtime's own classes, of the version that is pinned, for want of an API. With
 * another one, or interpreted, it has no effect.
 */
final class StartupCode implements OptimizedTruffleRuntimeListener, AutoCloseable {

    /** A start that takes longer is taken for work that is worth compiling. */
    private static final long STARTING_SECONDS_MAX = 20;

    private static final int UNREACHABLE = 1 << 24;
    private static final String REASON = "Its context is still starting";
    private static final String PERHAPS = "It may be hot because of a start";

    private final @Nullable CompilerHold hold;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> starting = new HashSet<>();
    private final Map<OptimizedCallTarget, Long> passedOver = new WeakHashMap<>();
    private volatile @Nullable Thresholds usual;
    private boolean raised;
    private long starts;

    /** An engine's thresholds, as they were. */
    private record Thresholds(EngineData engine, int calls, int callsAndLoops) {

        static Thresholds of(EngineData engine) {
            return new Thresholds(
                    engine,
                    engine.callThresholdInInterpreter,
                    engine.callAndLoopThresholdInInterpreter);
        }

        void raise() {
            engine.callThresholdInInterpreter = UNREACHABLE;
            engine.callAndLoopThresholdInInterpreter = UNREACHABLE;
        }

        void restore() {
            engine.callThresholdInInterpreter = calls;
            engine.callAndLoopThresholdInInterpreter = callsAndLoops;
        }
    }

    private StartupCode(@Nullable CompilerHold hold) {
        this.hold = hold;
    }

    /** Watches the engine that is made next. */
    static StartupCode watching() {
        if (Truffle.getRuntime() instanceof OptimizedTruffleRuntime runtime) {
            StartupCode watch = new StartupCode(CompilerHold.on(runtime));
            runtime.addListener(watch);
            return watch;
        }
        return new StartupCode(null);
    }

    /** An owner thread begins to start its context. */
    void begin(Thread owner) {
        change(() -> {
            starting.add(owner);
            starts++;
        });
        CompletableFuture.delayedExecutor(STARTING_SECONDS_MAX, TimeUnit.SECONDS)
                .execute(() -> end(owner));
    }

    /** An owner thread serves inputs from now on, or has ended. Idempotent. */
    void end(Thread owner) {
        change(() -> starting.remove(owner));
        close();
    }

    /** Lets the compiler work in any case. Idempotent. */
    @Override
    public void close() {
        if (hold != null) {
            hold.release();
        }
    }

    private void change(Runnable step) {
        lock.lock();
        try {
            step.run();
            apply();
        } finally {
            lock.unlock();
        }
    }

    private void apply() {
        Thresholds known = usual;
        boolean wanted = !starting.isEmpty();
        if (known == null || wanted == raised) {
            return;
        }
        if (wanted) {
            known.raise();
        } else {
            known.restore();
        }
        raised = wanted;
    }

    private void learn(OptimizedCallTarget target) {
        lock.lock();
        try {
            if (usual == null) {
                usual = Thresholds.of(target.engine);
                apply();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isStarting(Thread thread) {
        lock.lock();
        try {
            return starting.contains(thread);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onCompilationSplit(OptimizedDirectCallNode call) {
        if (usual == null) {
            learn(call.getCurrentCallTarget());
        }
    }

    @Override
    public void onCompilationQueued(OptimizedCallTarget target, int tier) {
        if (usual == null) {
            learn(target);
        }
        if (target.getRootNode() instanceof BaseOSRRootNode) {
            return;
        }
        if (isStarting(Thread.currentThread())) {
            refuse(target, REASON);
        } else if ((tier == 1) && firstSinceStart(target)) {
            refuse(target, PERHAPS);
        }
    }

    private static void refuse(OptimizedCallTarget target, String reason) {
        if (target.cancelCompilation(reason)) {
            target.resetCompilationProfile();
        }
    }

    /** Whether code becomes hot for the first time since a context began to start. */
    private boolean firstSinceStart(OptimizedCallTarget target) {
        lock.lock();
        try {
            Long before = passedOver.put(target, starts);
            return before == null || before != starts;
        } finally {
            lock.unlock();
        }
    }
}
