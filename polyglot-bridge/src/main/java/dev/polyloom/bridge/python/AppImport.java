// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Target;
import dev.polyloom.bridge.python.ManifestReader.AppManifest;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Value;

/**
 * The import of one app's source into contexts, as it is now. Only equal to itself. Thread-safe.
 */
final class AppImport {

    private final AppSource source;
    private final AppContext appContext;

    AppImport(AppSource source, AppContext appContext) {
        this.source = source;
        this.appContext = appContext;
    }

    /**
     * Imports the source into a context, and sends what it prints to the app's log. Where that
     * fails the context is killed.
     *
     * @return what was found in it
     */
    AppManifest into(OwnedContext context, Duration bound)
            throws GuestFailure, TimeoutException, InterruptedException {
        context.output(
                line -> appContext.output(source.defaultName(), false, line),
                line -> appContext.output(source.defaultName(), true, line));
        boolean done = false;
        context.starting();
        try {
            GuestControl control = new GuestControl(appContext.control());
            AppManifest manifest =
                    ManifestReader.read(context.ask(bound, runtime -> load(runtime, control)));
            done = true;
            return manifest;
        } finally {
            context.started();
            if (!done) {
                context.kill();
            }
        }
    }

    private String load(Value runtime, GuestControl control) {
        runtime.invokeMember("controls", control);
        return runtime.invokeMember(
                        "load",
                        source.path().toString(),
                        source.target().map(Target::name).orElse(null),
                        source.target().map(AppImport::kind).orElse(null),
                        source.factory(),
                        source.defaultName())
                .asString();
    }

    private static String kind(Target target) {
        return switch (target) {
            case Target.Attribute _ -> "attribute";
            case Target.Function _ -> "function";
        };
    }

    @Override
    public String toString() {
        return source.defaultName();
    }
}
