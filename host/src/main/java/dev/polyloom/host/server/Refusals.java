// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.ServerStartException;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.host.limits.Verdict;
import dev.polyloom.host.server.Problem.Kind;
import dev.polyloom.isolates.Admission;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client is told when a pool refuses its input. Pure functions. */
final class Refusals {

    private static final String LATER = "try again later";

    private Refusals() {}

    static Problem problem(Admission.Rejected<WebIsolate> refused) {
        var after = refused.retryAfter();
        return switch (refused.reason()) {
            case QUEUE_FULL -> Problem.later(Kind.QUEUE_FULL, LATER, after);
            case QUEUE_TIMEOUT -> Problem.later(Kind.QUEUE_TIMEOUT, LATER, after);
            case BUDGET -> Problem.later(Kind.NO_ROOM, LATER, after);
            case CLOSED, ABANDONED -> Problem.later(Kind.STOPPING, LATER, after);
            case START_FAILED -> {
                var cause = loadFault(refused);
                yield new Problem(
                        kind(cause),
                        refused.detail(),
                        Optional.of(cause == null ? unknown(refused.detail()) : cause.error()),
                        Optional.of(after));
            }
        };
    }

    static Problem problem(Verdict.Refusal refused) {
        var whose =
                switch (refused.scope()) {
                    case HOST -> "this host takes";
                    case FUNCTION -> "this function takes";
                    case CLIENT -> "this function takes from one client";
                };
        var rate = BigDecimal.valueOf(refused.perSecond()).stripTrailingZeros().toPlainString();
        return Problem.later(
                Kind.RATE_LIMITED,
                whose + " " + rate + " inputs a second in the long run",
                refused.retryAfter());
    }

    private static Kind kind(@Nullable AppLoadException cause) {
        return switch (cause) {
            case ServerStartException e -> e.timedOut() ? Kind.SERVER_NOT_UP : Kind.SERVER_ENDED;
            case null, default -> Kind.START_FAILED;
        };
    }

    /** What was wrong in the function's own terms, null when that is not known. */
    private static @Nullable AppLoadException loadFault(Admission.Rejected<WebIsolate> refused) {
        return refused.cause()
                .map(Throwable::getCause)
                .filter(AppLoadException.class::isInstance)
                .map(AppLoadException.class::cast)
                .orElse(null);
    }

    private static GuestError unknown(String detail) {
        return new GuestError("StartError", detail, Optional.empty(), Optional.empty(), "");
    }
}
