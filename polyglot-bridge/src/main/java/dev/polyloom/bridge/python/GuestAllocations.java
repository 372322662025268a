// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * How much the threads of a context allocate for the function that it serves: its owner, and the
 * guest's own that live still. What making the context took is nobody's. Thread-safe.
 */
final class GuestAllocations {

    /** Room for threads that start while they are counted. */
    private static final int THREADS_MORE = 8;

    private final Thread owner;
    private final ThreadGroup started;
    private volatile long beforeBytes;

    GuestAllocations(Thread owner, ThreadGroup started) {
        this.owner = owner;
        this.started = started;
    }

    /** From now on the context serves a function. */
    void begin() {
        beforeBytes = all().orElse(0);
    }

    /** How much since then; empty where the JVM does not tell. */
    OptionalLong bytes() {
        OptionalLong all = all();
        return all.isEmpty() ? all : OptionalLong.of(Math.max(0, all.getAsLong() - beforeBytes));
    }

    private OptionalLong all() {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean beans)) {
            return OptionalLong.empty();
        }
        Thread[] others = new Thread[started.activeCount() + THREADS_MORE];
        int count = started.enumerate(others);
        long sum = allocated(beans, owner);
        for (int i = 0; i < count; i++) {
            sum += allocated(beans, others[i]);
        }
        return OptionalLong.of(sum);
    }

    private static long allocated(ThreadMXBean beans, Thread thread) {
        return Math.max(0, beans.getThreadAllocatedBytes(thread.threadId()));
    }
}
