// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.proxy.UpstreamResponse.Framing;

/** The body of a server's response, read piece by piece. Confined to one thread. */
final class UpstreamBody {

    private static final int SIZE_DIGITS_MAX = 15;

    private final Upstream upstream;
    private final Framing framing;
    private long left;
    private boolean betweenChunks;
    private boolean ended;

    UpstreamBody(Upstream upstream, Framing framing) {
        this.upstream = upstream;
        this.framing = framing;
        this.left = framing instanceof Framing.Length(long bytes) ? bytes : 0;
        this.ended = framing instanceof Framing.Length && left == 0;
    }

    /** Whether all of it is here already. */
    boolean whole() {
        return framing instanceof Framing.Length && left <= upstream.available();
    }

    /** Reads some bytes; -1 at its end. */
    int read(byte[] target) throws BadGatewayException {
        if (ended) {
            return -1;
        }
        if (framing instanceof Framing.UntilClose) {
            return upstream.read(target, 0, target.length);
        }
        if (left == 0 && !nextChunk()) {
            ended = true;
            return -1;
        }
        int count = upstream.read(target, 0, (int) Math.min(target.length, left));
        if (count < 0) {
            throw new BadGatewayException("the server ended the connection within its answer");
        }
        left -= count;
        ended = left == 0 && framing instanceof Framing.Length;
        return count;
    }

    private boolean nextChunk() throws BadGatewayException {
        if (betweenChunks && !line().isEmpty()) {
            throw new BadGatewayException("a chunk of the server's answer has the wrong size");
        }
        betweenChunks = true;
        left = size(line());
        if (left > 0) {
            return true;
        }
        while (!line().isEmpty()) {
            // Nobody asks for trailer fields.
        }
        return false;
    }

    private String line() throws BadGatewayException {
        String line = upstream.line();
        if (line == null) {
            throw new BadGatewayException("the server ended the connection within its answer");
        }
        return line;
    }

    private static long size(String line) throws BadGatewayException {
        int extension = line.indexOf(';');
        String digits = (extension < 0 ? line : line.substring(0, extension)).strip();
        long size = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new BadGatewayException("the server sent a chunk size that is none");
            }
            size = size << 4 | digit;
        }
        if (digits.isEmpty() || digits.length() > SIZE_DIGITS_MAX) {
            throw new BadGatewayException("the server sent a chunk size that is none");
        }
        return size;
    }
}
