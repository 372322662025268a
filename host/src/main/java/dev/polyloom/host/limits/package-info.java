// SPDX-License-Identifier: Apache-2.0
/**
 * How many inputs are taken in a time: token buckets for the host, a function, a client address.
 */
@NullMarked
package dev.polyloom.host.limits;

import org.jspecify.annotations.NullMarked;
