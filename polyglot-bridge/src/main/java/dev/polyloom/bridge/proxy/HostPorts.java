// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which replica serves on which port of the host's own network, so that none is taken for another.
 * Thread-safe.
 */
public final class HostPorts {

    private static final int TRIES = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final Map<Integer, Holder> holders = new HashMap<>();

    /** Nothing is held. */
    public HostPorts() {}

    /** A replica that may hold ports. Compared by identity. */
    public interface Holder {

        /** What it serves, equal for all generations of it. */
        Object serves();

        /** The generation that it is part of; a later one has a greater number. */
        long generation();

        /** Whether it has ended, and so needs no port any more. */
        boolean ended();

        /**
         * Lets what is in flight end, gives up all it holds and ends; returns when its ports are
         * free.
         */
        void giveWay() throws InterruptedException;
    }

    /**
     * Passes a port on from an earlier generation of what a replica serves, which ends. While a
     * later one has the port it waits: that one is about to take over, or to fail.
     *
     * @param bound how long to wait for a later generation
     * @throws IOException when a later generation keeps the port
     */
    public void succeed(int port, Holder holder, Duration bound)
            throws IOException, InterruptedException {
        Holder before = succession(port, holder, bound);
        if (before != null) {
            before.giveWay();
        }
    }

    private @Nullable Holder succession(int port, Holder holder, Duration bound)
            throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = bound.toNanos();
            while (true) {
                Holder before = holders.get(port);
                if (before == null
                        || !before.serves().equals(holder.serves())
                        || before.generation() == holder.generation()) {
                    return null;
                }
                if (before.generation() < holder.generation()) {
                    holders.put(port, holder);
                    return before;
                }
                if (left <= 0 || holder.ended()) {
                    throw new IOException("a later version of the function has port " + port);
                }
                left = released.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a port for a replica.
     *
     * @return whether it holds it now
     */
    public boolean claim(int port, Holder holder) {
        lock.lock();
        try {
            Holder before = holders.putIfAbsent(port, holder);
            return before == null || before.equals(holder);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what a replica holds. */
    public void release(Holder holder) {
        lock.lock();
        try {
            holders.values().removeIf(holder::equals);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Who holds a port. */
    public Optional<Holder> holder(int port) {
        lock.lock();
        try {
            return Optional.ofNullable(holders.get(port));
        } finally {
            lock.unlock();
        }
    }

    /** Takes a port that nobody uses. */
    public int spare(Holder holder) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port;
            try (ServerSocket probe = new ServerSocket(0)) {
                port = probe.getLocalPort();
            }
            if (claim(port, holder)) {
                return port;
            }
        }
        throw new IOException("no port is free");
    }
}
