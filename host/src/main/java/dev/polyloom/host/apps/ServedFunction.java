// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.WebIsolate;
import dev.polyloom.host.limits.RateLimiter;
import dev.polyloom.isolates.Pool;

/**
 * One function of one generation, as requests reach it. Immutable but for its pool.
 *
 * @param app the app's name
 * @param label its name on the wire
 * @param mount the path under which it also answers, {@code /<label>}
 * @param manifest what its source declares
 * @param pool its replicas
 * @param rates how many inputs it takes in a time
 * @param generation what it is part of
 */
public record ServedFunction(
        String app,
        String label,
        String mount,
        FunctionManifest manifest,
        Pool<WebIsolate> pool,
        RateLimiter rates,
        Generation generation) {

    @Override
    public String toString() {
        return label;
    }

    /** Two are the same only when they are one object: generations share all their names. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
