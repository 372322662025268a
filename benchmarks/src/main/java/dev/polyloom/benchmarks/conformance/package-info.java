// SPDX-License-Identifier: Apache-2.0
/** Suites that others wrote, run against the host: what each needs, and what it found. */
@org.jspecify.annotations.NullMarked
package dev.polyloom.benchmarks.conformance;
