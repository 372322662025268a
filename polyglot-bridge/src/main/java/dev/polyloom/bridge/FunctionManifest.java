// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import dev.polyloom.isolates.PoolConfig;
import java.util.List;
import java.util.Optional;

/**
 * What an app says about one of its functions. Immutable.
 *
 * @param name the function's name in its source
 * @param kind how it is served
 * @param label the label its author chose; otherwise the host derives {@code <app>-<function>}
 * @param methods the HTTP methods of a {@code web_endpoint} or Java function; empty where the app
 *     itself decides
 * @param docs whether the documentation page is on
 * @param pool limits and scaling
 * @param secrets names of the secrets it needs, in order; later ones override
 * @param rates how many inputs it takes in a time
 * @param warmUps the paths, perhaps with queries, that are requested of each new replica before it
 *     takes traffic
 */
public record FunctionManifest(
        String name,
        WebKind kind,
        Optional<String> label,
        List<String> methods,
        boolean docs,
        PoolConfig pool,
        List<String> secrets,
        RateLimits rates,
        List<String> warmUps) {

    private static final int WARM_UPS_MAX = 100;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException when a warm-up is no path
     */
    public FunctionManifest {
        methods = List.copyOf(methods);
        secrets = List.copyOf(secrets);
        warmUps = List.copyOf(warmUps);
        if (warmUps.size() > WARM_UPS_MAX) {
            throw new IllegalArgumentException(
                    "there are more than " + WARM_UPS_MAX + " warm-up requests");
        }
        for (var target : warmUps) {
            if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new IllegalArgumentException(
                        "a warm-up request is a path such as `/search?q=x`, not `" + target + "`");
            }
        }
    }

    /** One that declares neither rate limits nor a warm-up. */
    public FunctionManifest(
            String name,
            WebKind kind,
            Optional<String> label,
            List<String> methods,
            boolean docs,
            PoolConfig pool,
            List<String> secrets) {
        this(name, kind, label, methods, docs, pool, secrets, RateLimits.NONE, List.of());
    }
}
