// SPDX-License-Identifier: Apache-2.0
/** Results as tables, Markdown and JSON. */
@NullMarked
package dev.polyloom.benchmarks.report;

import org.jspecify.annotations.NullMarked;
