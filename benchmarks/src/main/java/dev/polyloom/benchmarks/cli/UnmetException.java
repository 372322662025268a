// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

/** The machine lacks something that the command needs; the message says what, and how to get it. */
final class UnmetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmetException(String message) {
        super(message);
    }
}
