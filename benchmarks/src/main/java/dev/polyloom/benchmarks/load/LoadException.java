// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

/** No load could be made. */
public final class LoadException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
