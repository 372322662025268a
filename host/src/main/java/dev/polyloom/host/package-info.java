// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.polyloom.host;

import org.jspecify.annotations.NullMarked;
