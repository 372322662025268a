// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/** The last lines that a guest has printed, to be told when it fails. Thread-safe. */
final class OutputTail {

    private static final int LINES_MAX = 60;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    void add(String line) {
        lock.lock();
        try {
            if (lines.size() == LINES_MAX) {
                lines.removeFirst();
            }
            lines.add(line);
        } finally {
            lock.unlock();
        }
    }

    String text() {
        lock.lock();
        try {
            return String.join("\n", lines);
        } finally {
            lock.unlock();
        }
    }
}
