// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.BodyTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The body of a request, bounded as it is read. Read by one thread at a time. */
abstract class RequestBody extends InputStream {

    private final long bytesMax;
    private long total;
    private volatile @Nullable Problem fault;

    RequestBody(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What is wrong with it as far as it was read, null when nothing is. */
    final @Nullable Problem fault() {
        return fault;
    }

    /** Something is wrong with it. */
    final void fault(Problem found) {
        fault = found;
    }

    /** More of it has come. */
    final void count(int more) throws BodyTooLargeException {
        announce(more);
        total += more;
    }

    /** So much more of it is to come. */
    final void announce(long more) throws BodyTooLargeException {
        if (total + more > bytesMax) {
            fault = Problem.bodyTooLarge(bytesMax);
            throw new BodyTooLargeException(bytesMax);
        }
    }

    @Override
    public final int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;
}
