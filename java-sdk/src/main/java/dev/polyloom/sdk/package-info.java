// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.polyloom.sdk;

import org.jspecify.annotations.NullMarked;
