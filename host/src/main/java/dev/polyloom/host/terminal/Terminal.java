// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Standard output and standard error. Thread-safe: lines go through a bounded queue to one thread
 * that renders and writes them, so that no line is torn and no request waits for a slow terminal.
 *
 * <p>Lines about requests and guest output are dropped and counted when the terminal cannot keep
 * up; any other line waits for its place for a bounded time.
 */
public final class Terminal implements AutoCloseable {

    private static final int QUEUE_MAX = 16_384;
    private static final long PLACE_WAIT_SECONDS = 2;
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final LongAdder dropped = new LongAdder();
    private final Renderer renderer;
    private final PrintStream out;
    private final PrintStream err;
    private final Thread writer;

    private static final Object END = new Object();

    /** A request to say when all lines before it have been written. */
    private record Flush(CountDownLatch done) {}

    /**
     * Starts the writing thread.
     *
     * @param renderer how lines look
     * @param out takes data: what is served, and that the host is ready
     * @param err takes everything else
     */
    public Terminal(Renderer renderer, PrintStream out, PrintStream err) {
        this.renderer = renderer;
        this.out = out;
        this.err = err;
        this.writer = Thread.ofPlatform().name("polyloom-terminal").daemon().unstarted(this::write);
        writer.start();
    }

    /** Shows a line. Returns before it is written. */
    public void show(Line line) {
        if (queue.offer(line)) {
            return;
        }
        switch (line) {
            case Line.Request _, Line.Guest _, Line.Log _ -> dropped.increment();
            case Line.Served _,
                    Line.Ready _,
                    Line.Reloaded _,
                    Line.Removed _,
                    Line.Broken _,
                    Line.Progress _,
                    Line.Failed _,
                    Line.Note _ ->
                    waitForPlace(line);
        }
    }

    private void waitForPlace(Line line) {
        try {
            if (!queue.offer(line, PLACE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                dropped.increment();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits, for a bounded time, until the lines shown so far are written. */
    public void flush() throws InterruptedException {
        var flush = new Flush(new CountDownLatch(1));
        if (queue.offer(flush, PLACE_WAIT_SECONDS, TimeUnit.SECONDS)) {
            var _ = flush.done().await(PLACE_WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Writes what is queued, for a bounded time, and ends the thread. */
    @Override
    public void close() {
        try {
            if (queue.offer(END, PLACE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                var _ = writer.join(Duration.ofMillis(CLOSE_WAIT_MILLIS));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        var text = new StringBuilder();
        try {
            for (var next = queue.take(); next != END; next = queue.take()) {
                switch (next) {
                    case Line line -> write(line, text);
                    case Flush(var done) -> {
                        flushStreams();
                        done.countDown();
                    }
                    default -> throw new IllegalStateException("not a line: " + next);
                }
                if (queue.isEmpty()) {
                    tellDropped(text);
                    flushStreams();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            flushStreams();
        }
    }

    private void write(Line line, StringBuilder text) {
        text.setLength(0);
        renderer.render(line, text);
        var stream =
                switch (line) {
                    case Line.Served _, Line.Ready _ -> out;
                    case Line.Reloaded _,
                            Line.Removed _,
                            Line.Broken _,
                            Line.Guest _,
                            Line.Progress _,
                            Line.Request _,
                            Line.Failed _,
                            Line.Note _,
                            Line.Log _ ->
                            err;
                };
        if (!text.isEmpty()) {
            stream.append(text);
        }
    }

    private void tellDropped(StringBuilder text) {
        var count = dropped.sumThenReset();
        if (count > 0) {
            write(new Line.Note(Line.Level.WARN, count + " lines were not shown"), text);
        }
    }

    private void flushStreams() {
        out.flush();
        err.flush();
    }
}
