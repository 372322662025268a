// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.isolates.IsolateFactory;
import dev.polyloom.isolates.IsolateStartException;
import java.util.Optional;

/**
 * Makes the isolates of one function, and runs the requests that it names for its warm-up on each
 * before it takes traffic. Thread-safe.
 */
record WarmUp(LoadedApp app, FunctionManifest function, Terminal terminal)
        implements IsolateFactory<WebIsolate> {

    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    @Override
    public WebIsolate create() {
        return app.isolate(function);
    }

    @Override
    public void warmUp(WebIsolate isolate) throws IsolateStartException, InterruptedException {
        for (var target : function.warmUps()) {
            var exchange = new WarmUpExchange(target);
            var fault = fault(isolate.serve(exchange), exchange);
            if (fault.isPresent()) {
                throw failed(target, fault.get());
            }
            if (exchange.status() >= CLIENT_ERROR) {
                terminal.show(new Line.Note(Line.Level.WARN, answered(target, exchange)));
            }
        }
    }

    private static Optional<GuestError> fault(InputOutcome outcome, WarmUpExchange exchange) {
        return switch (outcome) {
            case InputOutcome.Completed() ->
                    exchange.status() < SERVER_ERROR && exchange.started()
                            ? Optional.empty()
                            : Optional.of(error("was answered " + exchange.status()));
            case InputOutcome.AppFailed(var error) -> Optional.of(error);
            case InputOutcome.TimedOut(var timeout) ->
                    Optional.of(error("took longer than " + timeout.toMillis() + " ms"));
            case InputOutcome.IsolateLost(var cause) ->
                    Optional.of(error("lost its isolate: " + cause));
            case InputOutcome.NotBegun(var cause) -> Optional.of(error("was not begun: " + cause));
            case InputOutcome.ClientGone() -> Optional.of(error("was given up"));
        };
    }

    private String answered(String target, WarmUpExchange exchange) {
        return app.name()
                + "/"
                + function.name()
                + ": the warm-up request "
                + target
                + " was answered "
                + exchange.status();
    }

    private static GuestError error(String what) {
        return new GuestError("WarmUpError", "it " + what, Optional.empty(), Optional.empty(), "");
    }

    private static IsolateStartException failed(String target, GuestError error) {
        var summary = "the warm-up request " + target + " failed: " + error.summary();
        return new IsolateStartException(summary, new AppLoadException(error));
    }
}
