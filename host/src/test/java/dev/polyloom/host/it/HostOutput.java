// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Adds to a test's failure what the host of its class has printed last. */
final class HostOutput implements TestExecutionExceptionHandler {

    private static final int LINES_MAX = 40;

    /** Carries the lines into the report. */
    private static final class Printed extends Exception {

        private static final long serialVersionUID = 1;

        Printed(List<String> lines) {
            super(String.join("\n", lines), null, false, false);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        Object test = context.getRequiredTestInstance();
        for (Field field : test.getClass().getDeclaredFields()) {
            if (field.getType() == HostProcess.class) {
                field.setAccessible(true);
                if (field.get(test) instanceof HostProcess host) {
                    List<String> lines = host.lines();
                    int from = Math.max(0, lines.size() - LINES_MAX);
                    failure.addSuppressed(new Printed(lines.subList(from, lines.size())));
                }
            }
        }
        throw failure;
    }
}
