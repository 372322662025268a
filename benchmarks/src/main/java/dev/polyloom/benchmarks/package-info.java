// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.polyloom.benchmarks;

import org.jspecify.annotations.NullMarked;
