// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.ServerStartException;
import dev.polyloom.bridge.proxy.Dialer;
import dev.polyloom.bridge.proxy.ReplicaNetwork;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits until the server of a replica listens. The function may return before that, or never. Used
 * once, by the thread that starts the replica.
 */
final class ServerWait {

    private static final long LOOK_MILLIS = 10;

    private final ServerIsolate isolate;
    private final PortSearch search;
    private final ReplicaNetwork network;
    private final long startedNanos = System.nanoTime();
    private long returnedNanos;

    ServerWait(ServerIsolate isolate, PortSearch search, ReplicaNetwork network) {
        this.isolate = isolate;
        this.search = search;
        this.network = network;
    }

    /**
     * The way to the server.
     *
     * @throws GuestFailure when the function fails
     * @throws ServerStartException when the server ends or does not come
     */
    Dialer untilUp() throws GuestFailure, ServerStartException, InterruptedException {
        while (true) {
            Optional<Dialer> found = search.found(network);
            if (found.isPresent()) {
                return found.get();
            }
            look();
            if (returnedNanos != 0 && isolate.crashed()) {
                throw failed(
                        "ServerEnded",
                        "the server ended with exit code "
                                + isolate.exitCode()
                                + " before it listened on "
                                + place(),
                        false);
            }
            if (overdue()) {
                throw failed(
                        "ServerTimeout",
                        "nothing listened on " + place() + " within " + allowed() + bindHint(),
                        true);
            }
        }
    }

    /** Lets a moment pass, and sees whether the function has returned meanwhile. */
    private void look() throws GuestFailure, ServerStartException, InterruptedException {
        try {
            if (returnedNanos == 0) {
                isolate.returned().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                returnedNanos = System.nanoTime() | 1;
            } else {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (TimeoutException _) {
            // It still runs.
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GuestFailure failure) {
                throw failure;
            }
            throw new GuestFailure(
                    GuestFaults.error("Error", String.valueOf(e.getCause()), null, 0, ""), e);
        }
        if (!isolate.alive()) {
            throw failed("ServerEnded", "the isolate ended before its server listened", false);
        }
    }

    private boolean overdue() {
        long now = System.nanoTime();
        return returnedNanos == 0
                ? now - startedNanos > isolate.startTimeout().toNanos()
                : now - returnedNanos > isolate.server().startTimeout().toNanos();
    }

    private String allowed() {
        return (returnedNanos == 0 ? isolate.startTimeout() : isolate.server().startTimeout())
                                .toMillis()
                        / 1000.0
                + " s";
    }

    private String place() {
        return "port " + isolate.server().number();
    }

    private String bindHint() {
        return " (startup_timeout); the server must bind 0.0.0.0 and port "
                + isolate.server().number()
                + ", not another address";
    }

    private ServerStartException failed(String type, String message, boolean timedOut)
            throws InterruptedException {
        String clash =
                search.clash()
                        ? "; "
                                + place()
                                + " of the host is in use by another replica or program: let the"
                                + " server use the port in the variable PORT"
                        : "";
        return new ServerStartException(isolate.fault(type, message + clash), timedOut);
    }
}
