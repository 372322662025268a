// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Reaches one server. Thread-safe. */
@FunctionalInterface
public interface Dialer {

    /**
     * A new connection, which the caller must close.
     *
     * @throws IOException when nothing listens there
     */
    SocketChannel dial() throws IOException;
}
