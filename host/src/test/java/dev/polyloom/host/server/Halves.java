// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/** Bytes that come from a client in two pieces. */
final class Halves {

    private Halves() {}

    static ByteSource of(byte[] bytes) {
        var split = bytes.length / 2;
        var pieces =
                new ArrayDeque<>(
                        List.of(
                                Arrays.copyOf(bytes, split),
                                Arrays.copyOfRange(bytes, split, bytes.length)));
        pieces.removeIf(piece -> piece.length == 0);
        return new ByteSource(pieces::poll, new byte[0]);
    }
}
