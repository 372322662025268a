// SPDX-License-Identifier: Apache-2.0
/** Load on a server, made by the program wrk. */
@NullMarked
package dev.polyloom.benchmarks.load;

import org.jspecify.annotations.NullMarked;
