// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.servers.ServerProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a server does nothing: then its stock is full, and nothing is being compiled.
 * Immutable.
 *
 * @param window for so long it must have used less than a tenth of a processor
 * @param bound how long to wait for that
 */
record Calm(Duration window, Duration bound) {

    private static final double SHARE = 0.1;

    /** Whether it came to rest. */
    boolean await(ServerProcess server) throws InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        double seconds = window.toMillis() / (double) TimeUnit.SECONDS.toMillis(1);
        double before = server.cpuSeconds();
        while (System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(window.toMillis());
            double now = server.cpuSeconds();
            if (now - before < SHARE * seconds) {
                return true;
            }
            before = now;
        }
        return false;
    }
}
