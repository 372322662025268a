// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.server.TransportConfig;
import dev.polyloom.host.server.WebSocketConfig;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code serve} below the level of requests. Set by picocli. */
final class TransportOptions {

    private static final int MESSAGE_BYTES_MOST = 1 << 30;

    @Option(
            names = "--max-ws-message",
            paramLabel = "SIZE",
            defaultValue = "2MiB",
            converter = MessageBytes.class,
            description = "The longest WebSocket message (default: ${DEFAULT-VALUE}).")
    int maxWsMessage;

    @Option(
            names = "--ws-compression",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Agree to permessage-deflate (default: on).")
    boolean wsCompression;

    @Option(
            names = "--ws-ping-interval",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = Sizes.Time.class,
            description = {
                "How long a WebSocket client may be silent before it is pinged; 0 for never",
                "(default: ${DEFAULT-VALUE})."
            })
    Duration wsPingInterval = WebSocketConfig.DEFAULT.pingInterval();

    @Option(
            names = "--ws-ping-timeout",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = Sizes.Time.class,
            description = "How long it may take to answer (default: ${DEFAULT-VALUE}).")
    Duration wsPingTimeout = WebSocketConfig.DEFAULT.pingTimeout();

    /** A size that an array can have. */
    static final class MessageBytes implements ITypeConverter<Integer> {

        MessageBytes() {}

        @Override
        public Integer convert(String text) {
            var bytes = Sizes.bytes(text);
            if (bytes < 1 || bytes > MESSAGE_BYTES_MOST) {
                throw new TypeConversionException("`" + text + "` is not from 1 to 1GiB");
            }
            return (int) bytes;
        }
    }

    TransportConfig config() {
        return new TransportConfig(
                new WebSocketConfig(maxWsMessage, wsCompression, wsPingInterval, wsPingTimeout));
    }
}
