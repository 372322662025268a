// SPDX-License-Identifier: Apache-2.0
/** The applications that are measured, and their files. */
@NullMarked
package dev.polyloom.benchmarks.apps;

import org.jspecify.annotations.NullMarked;
