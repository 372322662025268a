// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

/** The training run went wrong; the host works without its result, it only starts more slowly. */
final class TrainingException extends Exception {

    private static final long serialVersionUID = 1L;

    TrainingException(String message) {
        super(message);
    }
}
