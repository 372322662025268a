// SPDX-License-Identifier: Apache-2.0
/**
 * Python functions: GraalPy contexts, the threads that own them, and the inputs that pass through.
 *
 * <p>A {@link dev.polyloom.bridge.python.PythonRuntime} keeps a stock of warm contexts. An {@code
 * OwnedContext} is a context with the one platform thread that may touch it; everything reaches
 * that thread through its {@code Mailbox}. While a function serves, the thread runs an asyncio loop
 * in the guest (package {@code polyloom._runtime}) which waits in the same mailbox. A virtual
 * thread that brings a request builds a {@code GuestExchange}, posts it, and then does all reading
 * and writing for it; guest values never leave the owner thread.
 */
@NullMarked
package dev.polyloom.bridge.python;

import org.jspecify.annotations.NullMarked;
