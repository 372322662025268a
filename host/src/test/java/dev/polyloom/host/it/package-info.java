// SPDX-License-Identifier: Apache-2.0
/** Drives the real host as a user does: a process, real HTTP, Python in real GraalPy. */
@NullMarked
package dev.polyloom.host.it;

import org.jspecify.annotations.NullMarked;
