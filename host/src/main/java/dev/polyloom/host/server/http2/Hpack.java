// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.util.HashMap;
import java.util.Map;

/** What reading and writing of header blocks share, RFC 7541. Pure functions. */
final class Hpack {

    /** What an entry takes in a table besides its characters. */
    static final int ENTRY_OVERHEAD = 32;

    /** Names and values, the entry of index 1 first. */
    private static final String[] STATIC =
            """
            :authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|
            :status=200|:status=204|:status=206|:status=304|:status=400|:status=404|:status=500|
            accept-charset|accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|
            access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|
            content-encoding|content-language|content-length|content-location|content-range|
            content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|
            if-none-match|if-range|if-unmodified-since|last-modified|link|location|max-forwards|
            proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|
            set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|
            www-authenticate\
            """
                    .replace("\n", "")
                    .split("\\|", -1);

    static final int STATIC_COUNT = STATIC.length;

    private static final String[] NAMES = new String[STATIC_COUNT];
    private static final String[] VALUES = new String[STATIC_COUNT];
    private static final Map<String, Integer> BY_NAME = new HashMap<>();
    private static final Map<String, Integer> BY_FIELD = new HashMap<>();

    static {
        for (var i = 0; i < STATIC_COUNT; i++) {
            var equals = STATIC[i].indexOf('=');
            NAMES[i] = equals < 0 ? STATIC[i] : STATIC[i].substring(0, equals);
            VALUES[i] = equals < 0 ? "" : STATIC[i].substring(equals + 1);
            BY_NAME.putIfAbsent(NAMES[i], i + 1);
            BY_FIELD.put(NAMES[i] + '=' + VALUES[i], i + 1);
        }
    }

    private Hpack() {}

    /** The name of a static entry, its index from 1. */
    static String name(int index) {
        return NAMES[index - 1];
    }

    /** Its value. */
    static String value(int index) {
        return VALUES[index - 1];
    }

    /** The first static entry with a name, 0 when there is none. */
    static int index(String name) {
        return BY_NAME.getOrDefault(name, 0);
    }

    /** The static entry that is a whole field, 0 when there is none. */
    static int index(String name, String value) {
        return BY_FIELD.getOrDefault(name + '=' + value, 0);
    }

    static Http2Exception broken(String detail) {
        return new Http2Exception(ErrorCode.COMPRESSION_ERROR, detail);
    }
}
