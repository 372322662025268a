// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.server.TlsConfig;
import dev.polyloom.host.server.TransportConfig;
import dev.polyloom.host.server.WebSocketConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code serve} below the level of requests. Set by picocli. */
final class TransportOptions {

    private static final int MESSAGE_BYTES_MOST = 1 << 30;

    @Option(
            names = "--compression",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Compress responses for clients that take gzip or zstd (default: on).")
    boolean compression;

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

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Speak TLS with this certificate (PEM), those above it after it.")
    @Nullable Path tlsCert;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "The certificate's private key (PEM).")
    @Nullable Path tlsKey;

    @Option(
            names = "--tls-self-signed",
            description = "Speak TLS with a certificate made for this run, for development.")
    boolean tlsSelfSigned;

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
                new WebSocketConfig(maxWsMessage, wsCompression, wsPingInterval, wsPingTimeout),
                tls(),
                compression);
    }

    /** Whether one file is missing. */
    boolean halfOfTls() {
        return (tlsCert == null) != (tlsKey == null);
    }

    private Optional<TlsConfig> tls() {
        if (tlsCert != null && tlsKey != null) {
            return Optional.of(new TlsConfig.Files(tlsCert, tlsKey));
        }
        return tlsSelfSigned ? Optional.of(new TlsConfig.SelfSigned()) : Optional.empty();
    }
}
