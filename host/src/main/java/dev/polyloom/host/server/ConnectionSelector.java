// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Takes every connection; being the only one, before the client has said anything. */
final class ConnectionSelector implements ServerConnectionSelector {

    private final Http1Setup setup;

    ConnectionSelector(Http1Setup setup) {
        this.setup = setup;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData start) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of("h2", "http/1.1");
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Http1Connection(context, setup);
    }
}
