// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which replica serves on which port of the host's own network, so that none is taken for another.
 * Thread-safe.
 */
public final class HostPorts {

    private static final int TRIES = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Holder> holders = new HashMap<>();

    /** Nothing is held. */
    public HostPorts() {}

    /** A replica that may hold ports. Compared by identity. */
    public interface Holder {

        /** What it serves, equal for all generations of it. */
        Object serves();

        /** The generation that it is part of. */
        Object generation();

        /** Gives up all it holds and ends; returns when its ports are free. */
        void giveWay();
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
