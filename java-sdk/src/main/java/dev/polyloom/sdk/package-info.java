// SPDX-License-Identifier: Apache-2.0
/**
 * What the author of a Java function compiles against.
 *
 * <p>A function is a public method with {@link dev.polyloom.sdk.WebEndpoint}, its parameters typed
 * and filled from the request, or a public class that implements {@link
 * dev.polyloom.sdk.HttpHandler}. {@link dev.polyloom.sdk.App} names the app, {@link
 * dev.polyloom.sdk.Function} sets limits. This package depends on nothing but the JDK.
 */
@NullMarked
package dev.polyloom.sdk;

import org.jspecify.annotations.NullMarked;
