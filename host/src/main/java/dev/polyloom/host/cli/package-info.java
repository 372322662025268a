// SPDX-License-Identifier: Apache-2.0
/** The command line: commands, options with their environment twins, completion scripts. */
@NullMarked
package dev.polyloom.host.cli;

import org.jspecify.annotations.NullMarked;
