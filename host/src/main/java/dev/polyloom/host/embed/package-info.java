// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a host inside any program: {@link dev.polyloom.host.embed.PolyloomHost} starts one from a
 * {@link dev.polyloom.host.embed.HostConfig}. The command line uses the same way.
 */
@NullMarked
package dev.polyloom.host.embed;

import org.jspecify.annotations.NullMarked;
