// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import org.jspecify.annotations.Nullable;

/** A Python environment, or what it needs, could not be prepared. */
public final class EnvironmentException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String output;

    /**
     * Makes one.
     *
     * @param message what could not be done, for a person
     * @param output what the program that failed printed, empty when none ran
     */
    public EnvironmentException(String message, String output) {
        this(message, output, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what could not be done, for a person
     * @param output what the program that failed printed, empty when none ran
     */
    public EnvironmentException(String message, String output, @Nullable Throwable cause) {
        super(output.isBlank() ? message : message + "\n" + output.strip(), cause);
        this.output = output;
    }

    /** What the program that failed printed, such as uv's reason why packages do not resolve. */
    public String output() {
        return output;
    }
}
