// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

/** Takes the requests of connections, each on a virtual thread of its own. */
@FunctionalInterface
public interface Http2Handler {

    /** Serves a request to its end. A stream that is not ended when it returns is reset. */
    void serve(Http2Stream stream);
}
