// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the parts of one pool share. Thread-safe as marked.
 *
 * <p>The parts: {@link AdmissionQueue} admits inputs, {@link Autoscaler} decides how many replicas
 * there are, {@link Fleet} keeps their states, {@link ReplicaStarter} and {@link ReplicaStopper}
 * run their code.
 */
final class PoolCore {

    final String name;
    final PoolRuntime runtime;
    final PoolObserver observer;

    /** The pool's one lock. */
    final ReentrantLock lock = new ReentrantLock();

    /** A replica became ready or ended, a thread ended, or the pool was closed. */
    final Condition changed = lock.newCondition();

    /** The settings in force; read without the lock, changed under it. */
    volatile PoolConfig config;

    /** Whether the pool takes no more inputs; guarded by the lock. */
    boolean closed;

    private int threads;

    PoolCore(String name, PoolConfig config, PoolObserver observer, PoolRuntime runtime) {
        this.name = name;
        this.config = config;
        this.observer = new GuardedObserver(observer);
        this.runtime = runtime;
    }

    long now() {
        return runtime.ticker().nanos();
    }

    /** Runs work under the lock. */
    void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a thread of the pool runs. Guarded by the lock. */
    boolean working() {
        return threads > 0;
    }

    /** Starts a virtual thread that the pool waits for when it drains. Guarded by the lock. */
    Thread spawn(String task, Runnable work) {
        threads++;
        return Thread.ofVirtual()
                .name("polyloom-" + name + "-" + task)
                .inheritInheritableThreadLocals(false)
                .start(() -> runCounted(work));
    }

    private void runCounted(Runnable work) {
        try {
            work.run();
        } finally {
            locked(() -> {
                threads--;
                changed.signalAll();
            });
        }
    }
}
