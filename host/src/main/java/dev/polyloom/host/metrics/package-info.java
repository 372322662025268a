// SPDX-License-Identifier: Apache-2.0
/** What is counted: the Prometheus registry and the observer that fills it from the pools. */
@NullMarked
package dev.polyloom.host.metrics;

import org.jspecify.annotations.NullMarked;
