// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.IsolateLost;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Decides once which comes first: that an input's code begins, or that its isolate ends.
 * Thread-safe.
 */
final class Beginning {

    private final AtomicBoolean decided = new AtomicBoolean();

    Beginning() {}

    /** Lets the input's code begin; false when the isolate has ended, and then it must not. */
    boolean begin() {
        return decided.compareAndSet(false, true);
    }

    /** How the input ends because its isolate has; code that has not begun never will. */
    InputOutcome lost(String cause) {
        return decided.compareAndSet(false, true) ? new NotBegun(cause) : new IsolateLost(cause);
    }
}
