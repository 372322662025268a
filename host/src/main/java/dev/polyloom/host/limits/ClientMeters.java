// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.polyloom.bridge.RateLimit;
import dev.polyloom.isolates.Ticker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A bucket for each client address. Thread-safe.
 *
 * <p>Their number is bounded: a full bucket is forgotten, and beyond the bound the one that was
 * used least. An IPv6 client is known by its network (/64), since it may choose the rest of its
 * address.
 */
final class ClientMeters {

    private static final int CLIENTS_MAX = 10_000;
    private static final int NAME_LENGTH_MAX = 64;

    private final RateLimit limit;
    private final Ticker ticker;
    private final Cache<Object, Meter> meters;

    ClientMeters(RateLimit limit, Ticker ticker) {
        this.limit = limit;
        this.ticker = ticker;
        this.meters =
                Caffeine.newBuilder()
                        .maximumSize(CLIENTS_MAX)
                        .expireAfterAccess(Duration.ofSeconds(Meter.fillSeconds(limit)))
                        .ticker(ticker::nanos)
                        .executor(Runnable::run)
                        .build();
    }

    Meter of(String client) {
        return meters.get(key(client), _ -> Meter.of(RateScope.CLIENT, limit, ticker));
    }

    /** About how many are kept. */
    long size() {
        meters.cleanUp();
        return meters.estimatedSize();
    }

    static Object key(String client) {
        if (client.indexOf(':') < 0) {
            return client.length() <= NAME_LENGTH_MAX
                    ? client
                    : client.substring(0, NAME_LENGTH_MAX);
        }
        var zone = client.indexOf('%');
        try {
            var address = InetAddress.ofLiteral(zone < 0 ? client : client.substring(0, zone));
            return address instanceof Inet6Address
                    ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
                    : address.getHostAddress();
        } catch (IllegalArgumentException _) {
            // A trusted proxy names its clients as it likes; such names share one bucket.
            return "";
        }
    }
}
