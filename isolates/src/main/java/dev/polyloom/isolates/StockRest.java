// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts the refilling of a stock off while work goes on that someone waits for, and a moment longer,
 * so that the first inputs of what has just started do not compete with what is made ahead of need.
 * Thread-safe; does not own the stock.
 */
public final class StockRest {

    private static final long QUIET_MILLIS = 500;

    private final Stock<?, ?> stock;
    private final AtomicInteger waitedFor = new AtomicInteger();

    /**
     * Creates one for a stock that refills.
     *
     * @param stock what is put off; nobody else is to pause it
     */
    public StockRest(Stock<?, ?> stock) {
        this.stock = stock;
    }

    /** Work has begun, which ends with {@link #calm}. */
    public void busy() {
        if (waitedFor.getAndIncrement() == 0) {
            stock.pause(true);
        }
    }

    /** Ends what {@link #busy} began. */
    public void calm() {
        if (waitedFor.decrementAndGet() == 0) {
            CompletableFuture.delayedExecutor(QUIET_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::resume);
        }
    }

    private void resume() {
        if (waitedFor.get() == 0) {
            stock.pause(false);
        }
    }
}
