// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.RequestHead.Endpoint;
import dev.polyloom.host.apps.ServedFunction;
import java.io.IOException;

/** Keeps inputs that come too fast from the pools. Thread-safe. */
record RateGate(Problems problems, ServerObserver observer) {

    /** Whether the function takes another input now; if not, the exchange has been told so. */
    boolean admits(HostExchange exchange, ServedFunction function) throws IOException {
        var rates = function.rates();
        if (rates.unlimited()) {
            return true;
        }
        var verdict = rates.take(exchange.head().client().map(Endpoint::host).orElse(""));
        exchange.rates(verdict);
        if (verdict.refusal().isEmpty()) {
            return true;
        }
        var refusal = verdict.refusal().get();
        observer.inputRefused(
                function.app(), function.manifest().name(), "rate_limit_" + refusal.scope().word());
        problems.answer(exchange, Refusals.problem(refusal));
        return false;
    }
}
