// SPDX-License-Identifier: Apache-2.0
/**
 * The language-neutral engine: isolates, their pools and stock, admission, and scaling.
 *
 * <p>An {@link dev.polyloom.isolates.Isolate} is one pooled isolated context that runs one
 * function's code. A {@link dev.polyloom.isolates.Pool} owns a function's isolates (its replicas),
 * admits inputs to them and queues what does not fit. Nothing here knows GraalVM, HTTP or a guest
 * language.
 */
@NullMarked
package dev.polyloom.isolates;

import org.jspecify.annotations.NullMarked;
