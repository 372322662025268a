// SPDX-License-Identifier: Apache-2.0
/**
 * Java functions: sources compiled in memory, a class loader for each isolate, requests bound to
 * typed parameters.
 *
 * <p>{@link dev.polyloom.bridge.java.JavaRuntime} compiles a source once ({@code SourceCompiler})
 * and keeps the class bytes; each isolate defines them anew in its {@code AppClassLoader}, so that
 * static state is a replica's own. {@code FunctionFinder} reads the SDK's annotations, {@code
 * Endpoint} binds and calls one method.
 */
@NullMarked
package dev.polyloom.bridge.java;

import org.jspecify.annotations.NullMarked;
