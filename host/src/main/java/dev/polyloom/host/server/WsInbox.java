// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.WebSocketExchange.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that have come and were not asked for yet. So few that a guest that does not ask slows
 * its client down. Thread-safe.
 */
final class WsInbox {

    private static final int BYTES_MAX = 64 << 10;
    private static final int MESSAGES_MAX = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Event> events = new ArrayDeque<>(2);
    private int bytes;
    private boolean abandoned;

    /** Whether the guest has what it may still answer. */
    private boolean working;

    private Event.@Nullable Closed closed;
    private @Nullable Consumer<Event> waiting;

    /** Adds a message; blocks while there are too many. */
    void put(Event event) throws InterruptedException {
        Consumer<Event> taker;
        lock.lockInterruptibly();
        try {
            while (!abandoned && full()) {
                changed.await();
            }
            taker = waiting;
            waiting = null;
            working = true;
            if (taker == null && !abandoned) {
                events.add(event);
                bytes += size(event);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (taker != null) {
            taker.accept(event);
        }
    }

    private boolean full() {
        return events.size() >= MESSAGES_MAX || bytes >= BYTES_MAX;
    }

    /** Ends it; a second call does nothing. */
    void close(Event.Closed event) {
        Consumer<Event> taker;
        lock.lock();
        try {
            if (closed != null) {
                return;
            }
            closed = event;
            taker = waiting;
            waiting = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (taker != null) {
            taker.accept(event);
        }
    }

    private void idle() {
        working = false;
        changed.signalAll();
    }

    /** Waits a moment for the guest to deal with the messages that it was given. */
    void awaitAsked(Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (var left = most.toNanos(); working && !abandoned && left > 0; ) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How it ended, null while it has not. */
    Event.@Nullable Closed closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** The next event; blocks. */
    Event take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var event = poll();
                if (event != null) {
                    return event;
                }
                idle();
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the next event handed over, now or by who brings it. */
    void take(Consumer<Event> taker) {
        Event event;
        lock.lock();
        try {
            event = poll();
            if (event == null) {
                waiting = taker;
                idle();
                return;
            }
        } finally {
            lock.unlock();
        }
        taker.accept(event);
    }

    private @Nullable Event poll() {
        var event = events.poll();
        if (event == null) {
            return closed;
        }
        bytes -= size(event);
        changed.signalAll();
        return event;
    }

    /** Nobody will ask again: what comes is dropped. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            waiting = null;
            events.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int size(Event event) {
        return switch (event) {
            case Event.Text(var text) -> text.length();
            case Event.Binary(var data) -> data.length;
            case Event.Closed _ -> 0;
        };
    }
}
