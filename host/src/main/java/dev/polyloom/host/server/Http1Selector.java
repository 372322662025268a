// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Takes every connection that does not begin as HTTP/2 does. */
final class Http1Selector implements ServerConnectionSelector {

    private static final byte[] HTTP2_PREFACE = Latin.bytes("PRI * HTTP/2.0\r\n");

    private final Http1Setup setup;

    Http1Selector(Http1Setup setup) {
        this.setup = setup;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData start) {
        var length = Math.min(start.available(), HTTP2_PREFACE.length);
        for (var i = 0; i < length; i++) {
            if (start.get(i) != HTTP2_PREFACE[i]) {
                return Support.SUPPORTED;
            }
        }
        return length < HTTP2_PREFACE.length ? Support.UNKNOWN : Support.UNSUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of("http/1.1");
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Http1Connection(context, setup);
    }
}
