// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The streams that ended last; frames for them may still be under way. Thread-safe. */
final class ClosedStreams {

    private static final int KEPT_MAX = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Integer, Boolean> resets = new LinkedHashMap<>();

    /**
     * Adds a stream.
     *
     * @param reset whether the host reset it, and the client may not know yet
     */
    void add(int stream, boolean reset) {
        lock.lock();
        try {
            resets.putIfAbsent(stream, reset);
            if (resets.size() > KEPT_MAX) {
                resets.pollFirstEntry();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client knows that the stream has ended: it reset it itself. */
    void known(int stream) {
        lock.lock();
        try {
            resets.replace(stream, false);
        } finally {
            lock.unlock();
        }
    }

    boolean contains(int stream) {
        lock.lock();
        try {
            return resets.containsKey(stream);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the host reset it. */
    boolean reset(int stream) {
        lock.lock();
        try {
            return resets.getOrDefault(stream, false);
        } finally {
            lock.unlock();
        }
    }
}
