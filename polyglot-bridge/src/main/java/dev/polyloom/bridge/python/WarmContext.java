// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A context of the stock and what is done with it ahead of need. Who claims it meanwhile gets it as
 * it is: finishing would only keep them. Thread-safe.
 */
final class WarmContext implements AutoCloseable {

    private final OwnedContext context;
    private final StockKey key;

    /** Held while the app is being imported. */
    private final ReentrantLock importing = new ReentrantLock();

    private boolean imported; // guarded by the lock
    private volatile boolean claimed;

    WarmContext(OwnedContext context, StockKey key) {
        this.context = context;
        this.key = key;
    }

    StockKey key() {
        return key;
    }

    /** Does all that its kind wants, unless it has been claimed. */
    void finish(Duration bound) throws GuestFailure, TimeoutException, InterruptedException {
        if (key.app().isPresent()) {
            importApp(bound);
            return;
        }
        unlessClaimed(bound, "warm", String.join(",", key.profile().firstUses()));
        String rehearsal = key.profile().rehearsal();
        if (!rehearsal.isEmpty()) {
            unlessClaimed(bound, "rehearse", rehearsal);
        }
    }

    private void unlessClaimed(Duration bound, String step, String argument)
            throws GuestFailure, TimeoutException, InterruptedException {
        context.ask(
                bound,
                runtime -> {
                    if (!claimed) {
                        runtime.invokeMember(step, argument);
                    }
                    return true;
                });
    }

    /** The context, which is the caller's from now on. */
    OwnedContext claim() {
        claimed = true;
        return context;
    }

    /** The context with its app imported; waits for that, and does it if nobody has begun. */
    OwnedContext claimImported(Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        claimed = true;
        importApp(bound);
        return context;
    }

    private void importApp(Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        if (!importing.tryLock(bound.toNanos(), TimeUnit.NANOSECONDS)) {
            context.kill();
            throw new TimeoutException("its import takes too long");
        }
        try {
            if (!imported) {
                var _ = key.app().orElseThrow().into(context, bound);
                imported = true;
            }
        } finally {
            importing.unlock();
        }
    }

    @Override
    public void close() {
        context.end();
    }
}
