// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import org.graalvm.polyglot.Value;

/** Bytes out of the guest. Confined to the owner thread. */
final class GuestBytes {

    private GuestBytes() {}

    /** Copies the contents of a guest's bytes-like object. */
    static byte[] of(Value value) {
        if (!value.hasBufferElements()) {
            throw new IllegalArgumentException("a body must be bytes");
        }
        // The guest's bounds check wants an array of exactly this length.
        byte[] bytes = new byte[Math.toIntExact(value.getBufferSize())];
        value.readBuffer(0, bytes, 0, bytes.length);
        return bytes;
    }
}
