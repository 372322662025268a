// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes below a connection. One thread reads and one writes at a time; any may close. */
public interface Http2Wire {

    /** The next bytes, null at the end; blocks. */
    byte @Nullable [] read() throws IOException;

    /** Writes the first bytes and flushes; blocks while the peer is slow. */
    void write(byte[] bytes, int length) throws IOException;

    /** Ends it; whoever reads or writes fails. */
    void close();
}
