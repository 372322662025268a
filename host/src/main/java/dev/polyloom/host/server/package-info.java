// SPDX-License-Identifier: Apache-2.0
/**
 * Requests in, responses out: the public listener, the admin listener, and what lies between a
 * socket and a replica. The only package that knows Helidon.
 */
@NullMarked
package dev.polyloom.host.server;

import org.jspecify.annotations.NullMarked;
