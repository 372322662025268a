// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.python.Environment;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What tells one kind of warm context from another. Immutable.
 *
 * @param environment the packages it sees
 * @param profile the imports it has done
 * @param app the app that it has imported besides
 */
record StockKey(Environment environment, Profile profile, Optional<AppImport> app) {

    /** The kind that any app of this environment and profile can have. */
    StockKey(Environment environment, Profile profile) {
        this(environment, profile, Optional.empty());
    }

    /** The same with an app imported. */
    StockKey with(AppImport imported) {
        return new StockKey(environment, profile, Optional.of(imported));
    }

    /** The same in another environment. */
    StockKey in(Environment other) {
        return new StockKey(other, profile, app);
    }

    /** The same without an app. */
    StockKey general() {
        return new StockKey(environment, profile);
    }

    /** Imports that are worth doing before an app needs them. */
    enum Profile {
        /** The interpreter, which is all that simple web endpoints need. */
        PLAIN,
        /** What a Flask application imports. */
        FLASK,
        /** What a FastAPI application imports. */
        FASTAPI;

        private static final Set<String> FASTAPI_MODULES =
                Set.of("fastapi", "starlette", "pydantic");

        /** The modules to import ahead. */
        List<String> preimports() {
            return switch (this) {
                case PLAIN -> List.of("polyloom._discover", "polyloom._plain");
                case FLASK -> List.of("polyloom._discover", "polyloom._runtime.wsgi", "flask");
                case FASTAPI ->
                        List.of(
                                "polyloom._discover",
                                "polyloom._runtime.service",
                                "fastapi",
                                "fastapi.responses",
                                "fastapi.middleware.cors");
            };
        }

        /** The modules that are imported with the first use of something that many apps use. */
        List<String> firstUses() {
            return this == FASTAPI ? List.of("anyio._backends._asyncio") : List.of();
        }

        /** The module that uses the framework once, so that no input is the first; may be empty. */
        String rehearsal() {
            return this == FASTAPI ? "polyloom._runtime.rehearsal" : "";
        }

        /** The module whose presence shows that an app needs this; empty when nothing would. */
        String mark() {
            return switch (this) {
                case PLAIN -> "";
                case FLASK -> "flask";
                case FASTAPI -> "fastapi";
            };
        }

        /** The profile for an app that imports these top-level modules; a hint, never a need. */
        static Profile of(List<String> imports) {
            if (imports.stream().anyMatch(FASTAPI_MODULES::contains)) {
                return FASTAPI;
            }
            return imports.contains("flask") ? FLASK : PLAIN;
        }
    }
}
