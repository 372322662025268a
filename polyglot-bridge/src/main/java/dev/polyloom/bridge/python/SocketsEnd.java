// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.HostAccess;

/**
 * Tells a thread of the guest to close the sockets that the guest has open, because nobody else can
 * when the context ends. Thread-safe.
 */
public final class SocketsEnd {

    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    SocketsEnd() {}

    /** Whether the end has come; waits for it. */
    @HostAccess.Export
    public boolean awaitEnd(double seconds) {
        return GuestWaits.await(end, (long) (seconds * 1e9));
    }

    /** All sockets have been closed. */
    @HostAccess.Export
    public void closed() {
        closed.countDown();
    }

    /** Has them closed, and waits until they are. */
    void close(Duration bound) throws InterruptedException {
        end.countDown();
        var _ = closed.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }
}
