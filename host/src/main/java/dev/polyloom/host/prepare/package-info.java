// SPDX-License-Identifier: Apache-2.0
/**
 * Prepares what the host runs from, once: the runtime image with the Graal compiler, Python with
 * its base environment, the AOT cache, and the files that tell the launcher how to start the host.
 */
@NullMarked
package dev.polyloom.host.prepare;

import org.jspecify.annotations.NullMarked;
