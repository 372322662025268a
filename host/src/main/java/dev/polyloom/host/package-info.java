// SPDX-License-Identifier: Apache-2.0
/**
 * The host's entry point.
 *
 * <p>{@code cli} reads the command line and starts the host through {@code embed}, which is also
 * the way to run one inside another program. {@code apps} finds apps under the given paths, loads
 * them and replaces them when their files change; {@code server} brings requests to them, and alone
 * knows Helidon; {@code terminal} shows a person what happens; {@code metrics} counts it.
 */
@NullMarked
package dev.polyloom.host;

import org.jspecify.annotations.NullMarked;
