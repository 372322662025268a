// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.InputOutcome;
import java.nio.file.Path;

/**
 * What guest code wants done with an exchange, in order; carried out by the virtual thread that
 * serves it.
 */
sealed interface ResponseEvent {

    /** Send a whole response. */
    record Whole(int status, Headers headers, byte[] body) implements ResponseEvent {}

    /** Send a file as a whole response. */
    record WholeFile(int status, Headers headers, Path file) implements ResponseEvent {}

    /** Tell fields that the response will have. */
    record Hint(Headers headers) implements ResponseEvent {}

    /** Use the app's own words for a status. */
    record Reason(int status, String phrase) implements ResponseEvent {}

    /** Start a response. */
    record Start(int status, Headers headers) implements ResponseEvent {}

    /** Write a piece of the body. */
    record Piece(byte[] bytes) implements ResponseEvent {}

    /** End the body, with fields after it. */
    record Finish(Headers trailers) implements ResponseEvent {}

    /** The input has ended. */
    record Ended(InputOutcome outcome) implements ResponseEvent {}
}
