// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

/** A server did not start or did not answer as it must. */
public final class ServerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what the server did. */
    public ServerException(String message) {
        super(message);
    }
}
