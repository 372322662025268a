// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.time.Duration;

/** How an input ended. */
public sealed interface InputOutcome {

    /** The response was written to its end. */
    record Completed() implements InputOutcome {}

    /**
     * The user's code failed. When no response had been started, the host answers 500.
     *
     * @param error the fault, for the log and, in development, the answer
     */
    record AppFailed(GuestError error) implements InputOutcome {}

    /** The function's timeout passed. When no response had been started, the host answers 504. */
    record TimedOut(Duration timeout) implements InputOutcome {}

    /**
     * The isolate died under the input. When no response had been started, the host answers 502.
     */
    record IsolateLost(String cause) implements InputOutcome {}

    /**
     * The isolate ended before any code ran for the input, and the exchange is untouched: the host
     * gives the input to another replica.
     */
    record NotBegun(String cause) implements InputOutcome {}

    /** The client went away. */
    record ClientGone() implements InputOutcome {}
}
