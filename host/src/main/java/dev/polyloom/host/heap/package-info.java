// SPDX-License-Identifier: Apache-2.0
/** Keeps the host within its heap. */
@NullMarked
package dev.polyloom.host.heap;

import org.jspecify.annotations.NullMarked;
