// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.polyloom.python;

import org.jspecify.annotations.NullMarked;
