// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import dev.polyloom.bridge.GuestError;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Something to tell a person. Immutable. */
public sealed interface Line {

    /** How grave it is. */
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** A function answers from now on. */
    record Served(String label, String kind, String url) implements Line {}

    /** All functions answer. */
    record Ready(String url) implements Line {}

    /** An app's new generation has taken over. */
    record Reloaded(String app, Duration took) implements Line {}

    /** An app's source is gone, and the app with it. */
    record Removed(String app) implements Line {}

    /**
     * An app's source is at fault.
     *
     * @param keptLastGood whether the generation before it goes on serving
     */
    record Broken(String app, GuestError error, boolean keptLastGood) implements Line {}

    /** Guest code printed a line. */
    record Guest(String app, String function, boolean error, String text) implements Line {}

    /** Long work goes on for an app. */
    record Progress(String app, String message) implements Line {}

    /**
     * A request has ended.
     *
     * @param label the function's label, empty when none was found
     * @param status the status that was sent, 0 when none was
     * @param outcome {@code ok}, {@code app_error}, {@code timeout}, {@code rejected}, {@code lost}
     *     or {@code cancelled}
     */
    record Request(
            Instant at,
            String id,
            String label,
            String client,
            String method,
            String path,
            int status,
            long durationNanos,
            long bytesOut,
            String outcome)
            implements Line {}

    /**
     * Guest code failed while it served a request.
     *
     * @param requestId the request's id
     */
    record Failed(String app, String function, String requestId, GuestError error)
            implements Line {}

    /** A plain sentence to the person at the terminal. */
    record Note(Level level, String text) implements Line {}

    /**
     * An event of the log.
     *
     * @param trace the stack trace, when there is one
     * @param keys what else is known, such as the request's id
     */
    record Log(
            Instant at,
            Level level,
            String logger,
            String message,
            Optional<String> trace,
            Map<String, String> keys)
            implements Line {}
}
