// SPDX-License-Identifier: Apache-2.0
/**
 * Which apps are served, and which generation of each.
 *
 * <p>{@link dev.polyloom.host.apps.AppSources} turns paths into sources. {@link
 * dev.polyloom.host.apps.Apps} keeps an {@code App} for each, which loads one {@link
 * dev.polyloom.host.apps.Generation} after another as its files change, and publishes the immutable
 * {@link dev.polyloom.host.apps.Routes} that the server looks labels up in. Nothing here knows
 * HTTP.
 */
@NullMarked
package dev.polyloom.host.apps;

import org.jspecify.annotations.NullMarked;
