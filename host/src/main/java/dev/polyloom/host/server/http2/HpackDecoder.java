// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads header blocks. Its table lasts as long as the connection, so that every block has to go
 * through it. Confined to the reading thread.
 */
final class HpackDecoder {

    private static final int TABLE_BYTES_MAX = 4_096;
    private static final int INTEGER_MAX = 1 << 24;

    /** A field of a table. */
    private record Entry(String name, String value) {

        int size() {
            return name.length() + value.length() + Hpack.ENTRY_OVERHEAD;
        }
    }

    /** The newest first. */
    private final List<Entry> table = new ArrayList<>();

    private final int listBytesMax;
    private final int fieldsMax;
    private int tableBytes;
    private int tableBytesMax = TABLE_BYTES_MAX;

    private byte[] bytes = new byte[0];
    private int at;

    private final ArrayDeque<String> flat = new ArrayDeque<>();
    private int listBytes;
    private boolean tooLarge;

    /**
     * Creates a decoder.
     *
     * @param listBytesMax how large a list of fields may be, as the protocol counts it
     * @param fieldsMax how many fields it may have
     */
    HpackDecoder(int listBytesMax, int fieldsMax) {
        this.listBytesMax = listBytesMax;
        this.fieldsMax = fieldsMax;
    }

    /**
     * Decodes a block.
     *
     * @return names and values in turn; those that fit when the list is {@link #tooLarge()}
     */
    String[] decode(byte[] block) throws Http2Exception {
        bytes = block;
        at = 0;
        flat.clear();
        listBytes = 0;
        tooLarge = false;
        var mayResize = true;
        while (at < block.length) {
            var first = block[at] & 0xff;
            if ((first & 0xe0) == 0x20) {
                if (!mayResize) {
                    throw Hpack.broken("the table changes its size within a block");
                }
                resize(integer(5));
                continue;
            }
            mayResize = false;
            if ((first & 0x80) != 0) {
                keep(entry(integer(7)));
            } else if ((first & 0x40) != 0) {
                var field = literal(6);
                keep(field);
                insert(field);
            } else {
                keep(literal(4));
            }
        }
        bytes = new byte[0];
        return flat.toArray(String[]::new);
    }

    /** Whether the last list was larger than it may be. */
    boolean tooLarge() {
        return tooLarge;
    }

    private void keep(Entry entry) {
        listBytes = Math.min(listBytesMax + 1, listBytes + entry.size());
        if (listBytes > listBytesMax || flat.size() >= 2 * fieldsMax) {
            tooLarge = true;
        } else {
            flat.add(entry.name());
            flat.add(entry.value());
        }
    }

    private Entry literal(int prefixBits) throws Http2Exception {
        var index = integer(prefixBits);
        var name = index == 0 ? string() : entry(index).name();
        return new Entry(name, string());
    }

    private Entry entry(int index) throws Http2Exception {
        if (index == 0 || index > Hpack.STATIC_COUNT + table.size()) {
            throw Hpack.broken("there is no such entry in the table");
        }
        return index <= Hpack.STATIC_COUNT
                ? new Entry(Hpack.name(index), Hpack.value(index))
                : table.get(index - Hpack.STATIC_COUNT - 1);
    }

    private void resize(int size) throws Http2Exception {
        if (size > TABLE_BYTES_MAX) {
            throw Hpack.broken("the table would be too large");
        }
        tableBytesMax = size;
        evict(0);
    }

    private void insert(Entry entry) {
        evict(entry.size());
        if (entry.size() <= tableBytesMax) {
            table.addFirst(entry);
            tableBytes += entry.size();
        }
    }

    private void evict(int room) {
        while (!table.isEmpty() && tableBytes + room > tableBytesMax) {
            tableBytes -= table.removeLast().size();
        }
    }

    private int octet() throws Http2Exception {
        if (at >= bytes.length) {
            throw Hpack.broken("a header block is cut");
        }
        return bytes[at++] & 0xff;
    }

    private int integer(int prefixBits) throws Http2Exception {
        var mask = (1 << prefixBits) - 1;
        long value = octet() & mask;
        if (value < mask) {
            return (int) value;
        }
        for (var shift = 0; ; shift += 7) {
            var more = octet();
            value += (long) (more & 0x7f) << shift;
            if (value > INTEGER_MAX || shift > 28) {
                throw Hpack.broken("a number in a header block is too large");
            }
            if ((more & 0x80) == 0) {
                return (int) value;
            }
        }
    }

    private String string() throws Http2Exception {
        var huffman = at < bytes.length && (bytes[at] & 0x80) != 0;
        var length = integer(7);
        if (length > bytes.length - at) {
            throw Hpack.broken("a string in a header block is cut");
        }
        var from = at;
        at += length;
        return huffman
                ? Huffman.decode(bytes, from, length)
                : new String(bytes, from, length, ISO_8859_1);
    }
}
