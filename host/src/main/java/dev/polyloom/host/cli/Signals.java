// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens for the signals that end a program, so that it ends with an exit code of its own. The JDK
 * offers them in a module outside the Java specification only, which is reached by name; where it
 * is missing, the JVM's own reaction stands.
 */
final class Signals {

    private static final System.Logger LOG = System.getLogger(Signals.class.getName());

    private Signals() {}

    /** Runs one action at the first of SIGINT and SIGTERM and the other one at each later. */
    static void onStop(Runnable first, Runnable later) {
        var seen = new AtomicInteger();
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var listener =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            (seen.getAndIncrement() == 0 ? first : later).run();
                                            yield null;
                                        }
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        case "toString" -> "Signals";
                                        default -> false;
                                    });
            for (var name : List.of("INT", "TERM")) {
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                listener);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "signals cannot be listened to", e);
        }
    }
}
