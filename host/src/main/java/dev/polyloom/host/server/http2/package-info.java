// SPDX-License-Identifier: Apache-2.0
/** HTTP/2 as a protocol: frames, header compression, streams and their windows. */
@NullMarked
package dev.polyloom.host.server.http2;

import org.jspecify.annotations.NullMarked;
