// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.IOException;
import java.io.Serial;

/** A client's bytes are refused; it is told why and the connection ends. */
final class RefusedException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private final Problem.Kind kind;

    RefusedException(Problem.Kind kind, String detail) {
        super(detail);
        this.kind = kind;
    }

    RefusedException(Problem problem) {
        this(problem.kind(), problem.detail());
    }

    Problem problem() {
        return Problem.of(kind, String.valueOf(getMessage()));
    }
}
