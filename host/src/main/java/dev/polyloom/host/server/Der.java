// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** The little of ASN.1's DER that keys and certificates need. Pure functions. */
final class Der {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private Der() {}

    /** A value with its tag and length. */
    static byte[] of(int tag, byte[]... contents) {
        var length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            var octets = BigInteger.valueOf(length).toByteArray();
            var from = octets[0] == 0 ? 1 : 0;
            out.write(0x80 | (octets.length - from));
            out.write(octets, from, octets.length - from);
        }
        for (var content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return of(SEQUENCE, parts);
    }

    static byte[] integer(BigInteger value) {
        return of(INTEGER, value.toByteArray());
    }

    /** An object identifier, its contents in hexadecimal digits. */
    static byte[] oid(String hex) {
        return of(OID, HexFormat.of().parseHex(hex));
    }

    /** Whole octets. */
    static byte[] bitString(byte[] octets) {
        return of(BIT_STRING, new byte[1], octets);
    }

    static byte[] text(int tag, String ascii) {
        return of(tag, ascii.getBytes(US_ASCII));
    }

    /**
     * The contents of the first value with a tag among those that follow each other.
     *
     * @throws IllegalArgumentException when there is none
     */
    static byte[] find(byte[] values, int tag) {
        var at = 0;
        while (at + 1 < values.length) {
            var found = values[at] & 0xff;
            var length = values[at + 1] & 0xff;
            at += 2;
            if (length >= 0x80) {
                var octets = length & 0x7f;
                length = 0;
                for (var i = 0; i < octets && at < values.length; i++) {
                    length = length << 8 | (values[at++] & 0xff);
                }
            }
            if (length < 0 || length > values.length - at) {
                break;
            }
            if (found == tag) {
                return Arrays.copyOfRange(values, at, at + length);
            }
            at += length;
        }
        throw new IllegalArgumentException("the structure is not the expected one");
    }
}
