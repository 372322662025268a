// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.io.ByteArrayOutputStream;

/**
 * The Huffman code of RFC 7541. It is canonical: the lengths of its codes, in the order of the
 * octets, say all. Pure functions.
 */
final class Huffman {

    /** The length of each code, A for 5 bits; the last is that of the end of a string. */
    private static final String LENGTHS =
            "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
                    + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
                    + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
                    + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
                    + "Z";

    private static final int END = 256;
    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int QUICK_BITS = 8;

    private static final int[] CODES = new int[END + 1];

    /* For each length, the first code, and where its symbols begin among those in order of code. */
    private static final int[] FIRST = new int[LONGEST + 2];
    private static final int[] START = new int[LONGEST + 2];
    private static final int[] SYMBOLS = new int[END + 1];

    /**
     * For each octet, the symbol and length of the code that it begins with; 0 for longer codes.
     */
    private static final int[] QUICK = new int[1 << QUICK_BITS];

    static {
        var code = 0;
        var at = 0;
        for (var length = SHORTEST; length <= LONGEST; length++) {
            code <<= 1;
            FIRST[length] = code;
            START[length] = at;
            for (var symbol = 0; symbol <= END; symbol++) {
                if (length(symbol) == length) {
                    CODES[symbol] = code;
                    SYMBOLS[at++] = symbol;
                    if (length <= QUICK_BITS) {
                        var from = code << (QUICK_BITS - length);
                        for (var i = 0; i < 1 << (QUICK_BITS - length); i++) {
                            QUICK[from + i] = symbol << 8 | length;
                        }
                    }
                    code++;
                }
            }
        }
        START[LONGEST + 1] = at;
    }

    private Huffman() {}

    private static int length(int symbol) {
        return LENGTHS.charAt(symbol) - 'A' + SHORTEST;
    }

    /** How many octets a string takes when it is encoded. */
    static int encodedLength(String latin) {
        var bits = 0L;
        for (var i = 0; i < latin.length(); i++) {
            bits += length(latin.charAt(i) & 0xff);
        }
        return (int) ((bits + 7) / 8);
    }

    static void encode(String latin, ByteArrayOutputStream out) {
        var bits = 0L;
        var count = 0;
        for (var i = 0; i < latin.length(); i++) {
            var symbol = latin.charAt(i) & 0xff;
            bits = bits << length(symbol) | CODES[symbol];
            count += length(symbol);
            while (count >= 8) {
                count -= 8;
                out.write((int) (bits >> count));
            }
        }
        if (count > 0) {
            out.write((int) (bits << (8 - count) | 0xff >> count));
        }
    }

    /**
     * Decodes a string.
     *
     * @throws Http2Exception when it is no such string
     */
    static String decode(byte[] bytes, int from, int length) throws Http2Exception {
        var text = new StringBuilder(length * 8 / SHORTEST + 1);
        var bits = 0L;
        var count = 0;
        for (var i = from; i < from + length; i++) {
            bits = bits << 8 | (bytes[i] & 0xff);
            count += 8;
            while (count >= QUICK_BITS) {
                var used = next(bits, count, text);
                if (used == 0) {
                    break;
                }
                count -= used;
            }
            bits &= (1L << count) - 1;
        }
        while (count >= SHORTEST) {
            var used = next(bits, count, text);
            if (used == 0) {
                break;
            }
            count -= used;
            bits &= (1L << count) - 1;
        }
        if (count >= 8 || bits != (1L << count) - 1) {
            throw Hpack.broken("a string does not end as it must");
        }
        return text.toString();
    }

    /** Decodes one symbol from the last so many bits; the bits used, 0 when there are too few. */
    private static int next(long bits, int count, StringBuilder text) throws Http2Exception {
        if (count >= QUICK_BITS) {
            var quick = QUICK[(int) (bits >> (count - QUICK_BITS)) & 0xff];
            if (quick != 0) {
                text.append((char) (quick >> 8));
                return quick & 0xff;
            }
        }
        for (var length = SHORTEST; length <= Math.min(count, LONGEST); length++) {
            var code = (int) (bits >> (count - length) & (1L << length) - 1);
            var index = code - FIRST[length];
            if (index >= 0 && index < START[length + 1] - START[length]) {
                var symbol = SYMBOLS[START[length] + index];
                if (symbol == END) {
                    throw Hpack.broken("a string has the end within");
                }
                text.append((char) symbol);
                return length;
            }
        }
        return 0;
    }
}
