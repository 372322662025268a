// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.FunctionManifest;
import java.util.Optional;

/**
 * One function of a Java app. Immutable; names instead of classes, because each isolate has its
 * own.
 *
 * @param manifest what the host knows of it
 * @param className the class that holds it
 * @param methodName the method, none for a handler
 */
record FoundFunction(FunctionManifest manifest, String className, Optional<String> methodName) {}
