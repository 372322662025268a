// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.GuestError;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Why the host itself answers a request, and with what.
 *
 * @param kind what happened
 * @param detail a sentence about this one time
 * @param error the fault in guest code, told to the client only in development
 * @param retryAfter when to try again
 */
record Problem(
        Kind kind, String detail, Optional<GuestError> error, Optional<Duration> retryAfter) {

    /** What can happen. Each has a section of its name in the page of problems. */
    enum Kind {
        MALFORMED_REQUEST(400, "Malformed request"),
        FORBIDDEN_ORIGIN(403, "Request from elsewhere"),
        UNKNOWN_LABEL(404, "Unknown label"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        REQUEST_TIMEOUT(408, "Request too slow"),
        BODY_TOO_LARGE(413, "Request body too large"),
        TARGET_TOO_LONG(414, "Request target too long"),
        UNSUPPORTED_TYPE(415, "Unsupported media type"),
        EXPECTATION_FAILED(417, "Expectation cannot be met"),
        INVALID_SETTINGS(422, "Settings make no sense"),
        RATE_LIMITED(429, "Too many requests"),
        HEADERS_TOO_LARGE(431, "Request headers too large"),
        APP_BROKEN(500, "App cannot be served"),
        APP_FAILED(500, "Function failed"),
        ISOLATE_LOST(502, "Isolate lost"),
        SERVER_ENDED(502, "Server of the function ended"),
        QUEUE_FULL(503, "Too many requests are waiting"),
        QUEUE_TIMEOUT(503, "Waited too long for a replica"),
        START_FAILED(503, "Function does not start"),
        NO_ROOM(503, "Host is at its capacity"),
        STARTING(503, "Host is starting"),
        STOPPING(503, "Host is stopping"),
        SERVER_NOT_UP(504, "Server of the function does not listen"),
        TIMEOUT(504, "Function took too long"),
        HOST_FAILED(500, "Host failed"),
        ENCODING_NOT_SUPPORTED(501, "Transfer encoding not supported"),
        PROTOCOL_NOT_SUPPORTED(501, "Protocol not supported"),
        VERSION_NOT_SUPPORTED(505, "HTTP version not supported");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }

        String title() {
            return title;
        }

        /** The name in URLs, such as {@code unknown-label}. */
        String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Problem of(Kind kind, String detail) {
        return new Problem(kind, detail, Optional.empty(), Optional.empty());
    }

    static Problem of(Kind kind, GuestError error) {
        return new Problem(kind, error.summary(), Optional.of(error), Optional.empty());
    }

    static Problem bodyTooLarge(long bytesMax) {
        return of(Kind.BODY_TOO_LARGE, "the request body is larger than " + bytesMax + " bytes");
    }

    static Problem headersTooLarge(int bytesMax) {
        return of(
                Kind.HEADERS_TOO_LARGE, "the request's head is larger than " + bytesMax + " bytes");
    }

    static Problem later(Kind kind, String detail, Duration retryAfter) {
        return new Problem(kind, detail, Optional.empty(), Optional.of(retryAfter));
    }
}
