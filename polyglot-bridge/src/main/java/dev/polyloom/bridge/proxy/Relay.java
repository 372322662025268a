// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.InputOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One input on its way to the server and back. Run by one thread; {@link #end} may come from any
 * and breaks off whatever the others wait for on the server's side.
 */
abstract class Relay {

    private final AtomicReference<@Nullable InputOutcome> outcome = new AtomicReference<>();
    private volatile @Nullable Upstream upstream;

    /** Runs the input to its end and says how it went. */
    abstract InputOutcome run() throws InterruptedException;

    /** When it has to be over, by {@link System#nanoTime}; {@link Long#MAX_VALUE} for never. */
    abstract long deadlineNanos();

    /** Ends the input because its deadline has passed. */
    void overdue(Duration timeout) {
        end(new InputOutcome.TimedOut(timeout));
    }

    /** Ends the input with an outcome; later outcomes are ignored. */
    final void end(InputOutcome how) {
        if (outcome.compareAndSet(null, how)) {
            Upstream open = upstream;
            if (open != null) {
                open.close();
            }
        }
    }

    /** Has the connection closed when the input ends before its time. */
    final void use(Upstream open) {
        upstream = open;
        if (outcome.get() != null) {
            open.close();
        }
    }

    final boolean ended() {
        return outcome.get() != null;
    }

    /** How it went: as told by whoever ended it, else as given. */
    final InputOutcome outcome(InputOutcome otherwise) {
        InputOutcome told = outcome.get();
        return told == null ? otherwise : told;
    }

    static InputOutcome failed(BadGatewayException e) {
        return new InputOutcome.AppFailed(
                new GuestError(
                        "BadGateway",
                        String.valueOf(e.getMessage()),
                        Optional.empty(),
                        Optional.empty(),
                        ""));
    }
}
