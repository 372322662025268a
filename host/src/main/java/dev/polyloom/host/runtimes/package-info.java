// SPDX-License-Identifier: Apache-2.0
/** The language runtimes this host comes with, found through {@link java.util.ServiceLoader}. */
@NullMarked
package dev.polyloom.host.runtimes;

import org.jspecify.annotations.NullMarked;
