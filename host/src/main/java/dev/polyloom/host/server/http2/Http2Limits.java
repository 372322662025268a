// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.time.Duration;

/**
 * What a peer may ask of a connection. Immutable.
 *
 * @param streamsMax how many requests at once
 * @param streamWindow how many bytes of a request's body wait for its handler at most
 * @param connectionWindow how many of all bodies
 * @param headerBytesMax how large a head may be, as it comes and as the protocol counts it
 * @param headerFieldsMax how many fields it may have
 * @param idle how long the connection stays without requests
 * @param headerTime how long a head may take to come
 * @param stall how long a body may take to go on, and the peer to take what is sent
 * @param bodyGrace how long a body is waited for in all before its rate counts
 * @param bodyBytesPerSecond the rate, of the whole body until the response begins
 */
public record Http2Limits(
        int streamsMax,
        int streamWindow,
        int connectionWindow,
        int headerBytesMax,
        int headerFieldsMax,
        Duration idle,
        Duration headerTime,
        Duration stall,
        Duration bodyGrace,
        long bodyBytesPerSecond) {

    /** What holds unless told otherwise. */
    public static final Http2Limits DEFAULT =
            new Http2Limits(
                    128,
                    128 << 10,
                    1 << 20,
                    64 << 10,
                    128,
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(8),
                    500);

    /** These with another bound on heads. */
    public Http2Limits withHeaderBytesMax(int other) {
        return new Http2Limits(
                streamsMax,
                streamWindow,
                connectionWindow,
                other,
                headerFieldsMax,
                idle,
                headerTime,
                stall,
                bodyGrace,
                bodyBytesPerSecond);
    }

    /** These with another bound on silence. */
    public Http2Limits withStall(Duration other) {
        return new Http2Limits(
                streamsMax,
                streamWindow,
                connectionWindow,
                headerBytesMax,
                headerFieldsMax,
                idle,
                headerTime,
                other,
                bodyGrace,
                bodyBytesPerSecond);
    }
}
