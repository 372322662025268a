// SPDX-License-Identifier: Apache-2.0
/**
 * Java to guest and back: what the host asks of an app of any language, and what an isolate asks of
 * the host.
 *
 * <p>The host turns a path into an {@link dev.polyloom.bridge.AppSource}; an {@link
 * dev.polyloom.bridge.AppRuntime} loads it into a {@link dev.polyloom.bridge.LoadedApp} with its
 * functions; each function's pool takes {@link dev.polyloom.bridge.WebIsolate}s from there, and a
 * Helidon virtual thread gives each an {@link dev.polyloom.bridge.HttpExchange}. Nothing here knows
 * Helidon.
 */
@NullMarked
package dev.polyloom.bridge;

import org.jspecify.annotations.NullMarked;
