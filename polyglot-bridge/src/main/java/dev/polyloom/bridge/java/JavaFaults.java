// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.GuestError;
import java.util.Optional;
import java.util.Set;

/** Turns what user code throws into its author's terms: their frames only. */
final class JavaFaults {

    private static final int CAUSES_MAX = 5;

    private JavaFaults() {}

    static GuestError error(Throwable thrown, Set<String> classes) {
        StringBuilder text = new StringBuilder();
        Optional<String> file = Optional.empty();
        Optional<Integer> line = Optional.empty();
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < CAUSES_MAX; depth++) {
            text.append(depth == 0 ? "" : "caused by: ").append(current).append('\n');
            for (StackTraceElement frame : current.getStackTrace()) {
                if (!classes.contains(frame.getClassName())) {
                    continue;
                }
                text.append("    at ").append(frame.getClassName()).append('.');
                text.append(frame.getMethodName()).append(" (").append(frame.getFileName());
                text.append(':').append(frame.getLineNumber()).append(")\n");
                if (file.isEmpty() && frame.getFileName() != null) {
                    file = Optional.of(frame.getFileName());
                    line = Optional.of(frame.getLineNumber()).filter(number -> number > 0);
                }
            }
            current = current.getCause();
        }
        return new GuestError(
                thrown.getClass().getSimpleName(),
                String.valueOf(thrown.getMessage()),
                file,
                line,
                text.toString());
    }
}
