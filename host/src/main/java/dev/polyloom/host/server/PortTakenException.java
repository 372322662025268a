// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.Serial;

/** A listener could not be bound. The message names the options that help. */
public final class PortTakenException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    PortTakenException(ServerConfig config, Throwable cause) {
        super(
                "cannot listen on %s:%d and %s:%d: one of the ports is taken"
                        .formatted(
                                config.host(),
                                config.port(),
                                config.adminHost(),
                                config.adminPort()),
                cause);
    }
}
