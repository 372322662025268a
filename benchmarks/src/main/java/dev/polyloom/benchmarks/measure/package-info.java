// SPDX-License-Identifier: Apache-2.0
/** What is measured of a server, and in which order. */
@NullMarked
package dev.polyloom.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
