// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.io.Serial;
import java.util.List;

/** A request does not fit its function; the client gets 422. */
final class BadRequestException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    BadRequestException(List<FieldError> errors) {
        super("the request does not fit");
        this.errors = List.copyOf(errors);
    }

    List<FieldError> errors() {
        return errors;
    }
}
