// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks a text that comes in pieces, so that the first wrong byte is noticed. Not thread-safe. */
final class Utf8Check {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int NEXT_MIN = 0x80;
    private static final int NEXT_MAX = 0xbf;

    private int missing;
    private int lower = NEXT_MIN;
    private int upper = NEXT_MAX;

    /**
     * Takes the bytes of an array from one index up to another; false when the text is no UTF-8.
     */
    boolean accept(byte[] bytes, int from, int to) {
        for (var i = from; i < to; i++) {
            if (missing == 0) {
                i = endOfAscii(bytes, i, to);
                if (i < to && !begin(bytes[i] & 0xff)) {
                    return false;
                }
            } else {
                var next = bytes[i] & 0xff;
                if (next < lower || next > upper) {
                    return false;
                }
                lower = NEXT_MIN;
                upper = NEXT_MAX;
                missing--;
            }
        }
        return true;
    }

    /** Whether the text may end here. */
    boolean complete() {
        return missing == 0;
    }

    private static int endOfAscii(byte[] bytes, int from, int to) {
        var i = from;
        while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    /** The first byte of a character decides how many follow, and which the second may be. */
    private boolean begin(int first) {
        if (first < 0xc2 || first > 0xf4) {
            return false;
        }
        if (first < 0xe0) {
            missing = 1;
        } else if (first < 0xf0) {
            missing = 2;
            // No longer form than needed, and no surrogates.
            lower = first == 0xe0 ? 0xa0 : NEXT_MIN;
            upper = first == 0xed ? 0x9f : NEXT_MAX;
        } else {
            missing = 3;
            lower = first == 0xf0 ? 0x90 : NEXT_MIN;
            upper = first == 0xf4 ? 0x8f : NEXT_MAX;
        }
        return true;
    }
}
