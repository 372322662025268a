// SPDX-License-Identifier: Apache-2.0
/** Polyloom and the servers it is compared with, each as a process of its own. */
@NullMarked
package dev.polyloom.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
