// SPDX-License-Identifier: Apache-2.0
/**
 * What a person sees: {@link dev.polyloom.host.terminal.Terminal} owns standard output and standard
 * error and writes to them from one thread; log events come to it through Logback.
 */
@NullMarked
package dev.polyloom.host.terminal;

import org.jspecify.annotations.NullMarked;
