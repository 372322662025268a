// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads that guest code holds on to although its isolate has been given up. They are counted
 * until they end, which they may do at last. Thread-safe.
 */
public final class AbandonedThreads {

    private static final System.Logger LOG = System.getLogger(AbandonedThreads.class.getName());

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Counts none. */
    public AbandonedThreads() {}

    /**
     * Counts a thread from now on until it ends.
     *
     * @param function what it runs, for the log
     */
    public void add(Thread thread, String function) {
        if (threads.add(thread)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () ->
                            "a thread of "
                                    + function
                                    + " cannot be stopped and was abandoned; "
                                    + count()
                                    + " in all");
        }
    }

    /** A thread has come back after all. Does nothing when it was not counted. */
    public void remove(Thread thread) {
        threads.remove(thread);
    }

    /** {@return how many there are now} */
    public int count() {
        threads.removeIf(thread -> !thread.isAlive());
        return threads.size();
    }
}
