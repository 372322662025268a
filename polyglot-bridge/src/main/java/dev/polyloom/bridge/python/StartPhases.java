// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the phases of a start took, in their order. Confined to the thread that starts. */
final class StartPhases {

    /** Getting a context in which the app's source has been imported. */
    static final String LOAD = "load";

    /** Enter hooks, making the application, its lifespan start-up, and what warms it up. */
    static final String ENTER = "enter";

    /** Waiting until the function's own server listens. */
    static final String LISTEN = "listen";

    private final Map<String, Duration> taken = new LinkedHashMap<>();
    private long sinceNanos = System.nanoTime();

    /** The first phase begins now. */
    void begin() {
        sinceNanos = System.nanoTime();
    }

    /** A phase has ended, and the next begins. */
    void ended(String phase) {
        var now = System.nanoTime();
        taken.put(phase, Duration.ofNanos(now - sinceNanos));
        sinceNanos = now;
    }

    /** All that have ended. */
    Map<String, Duration> taken() {
        return Collections.unmodifiableMap(taken);
    }
}
