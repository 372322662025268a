// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Splits what a guest prints into lines of bounded length. Thread-safe: guest threads may print
 * side by side.
 *
 * <p>Where the lines go can change, because a context prints before an app has claimed it.
 */
final class LineOutput extends OutputStream {

    private static final int LINE_BYTES_MAX = 8_192;

    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    private volatile Consumer<String> sink;

    LineOutput(Consumer<String> sink) {
        this.sink = sink;
    }

    void sink(Consumer<String> sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) {
        lock.lock();
        try {
            add((byte) b);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            for (int i = offset; i < offset + length; i++) {
                add(bytes[i]);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(byte b) {
        if (b == '\n') {
            emit();
        } else {
            line.write(b);
            if (line.size() >= LINE_BYTES_MAX) {
                emit();
            }
        }
    }

    private void emit() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        sink.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (line.size() > 0) {
                emit();
            }
        } finally {
            lock.unlock();
        }
    }
}
