// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas the whole host has room for, and how many may start at the same time.
 * Thread-safe; shared by all pools of a host.
 *
 * <p>When the budget is used up, a pool with inputs to serve takes the idle replica that was used
 * least recently from another pool that is above its minimum. Where none is idle it waits, first
 * come first served; replicas wanted only as a reserve wait behind those that inputs wait for.
 *
 * <p>Lock rule: a pool may call {@link #give()} and {@link #offerIdle()} under its own lock; no
 * lock is held here while a pool is called.
 */
public final class ReplicaBudget {

    private static final long RECHECK_MILLIS = 100;

    private final int maxReplicas;
    private final Supplier<Growth> growth;
    private final Semaphore startSlots;
    private final Set<Tenant> tenants = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Condition> first = new ArrayDeque<>();
    private final Deque<Condition> urgent = new ArrayDeque<>();
    private final Deque<Condition> reserve = new ArrayDeque<>();
    private volatile int urgentCount;
    private int used;

    /** Which replicas may start, as far as memory is concerned. */
    public enum Growth {
        /** Any. */
        ANY,
        /**
         * Only the first of a pool whose inputs wait: without it they could not be served at all.
         */
        FIRST,
        /** None. */
        NONE
    }

    /** A pool as the budget sees it. */
    interface Tenant {
        /** Whether inputs wait and it has no replica that is ready. */
        boolean bare();

        /** Whether inputs wait for the replica it asks for, or its minimum is not met. */
        boolean needy();

        /** When the replica that it could give up became idle, null when it has none to give. */
        @Nullable Long oldestIdleNanos();

        /** Gives up one idle replica; returns whether it did. */
        boolean surrender();
    }

    /**
     * Creates a budget.
     *
     * @param maxReplicas most replicas that count at once, at least 1
     * @param maxStarts most replicas that start at once, at least 1
     * @param growth asked before each start
     */
    public ReplicaBudget(int maxReplicas, int maxStarts, Supplier<Growth> growth) {
        if (maxReplicas < 1 || maxStarts < 1) {
            throw new IllegalArgumentException("a budget must have room for at least one replica");
        }
        this.maxReplicas = maxReplicas;
        this.growth = growth;
        this.startSlots = new Semaphore(maxStarts, true);
    }

    /** {@return room for as many replicas as the pools allow, all starting at once} */
    public static ReplicaBudget unlimited() {
        return new ReplicaBudget(Integer.MAX_VALUE, Integer.MAX_VALUE, () -> Growth.ANY);
    }

    /** {@return most replicas that count at once} */
    public int maxReplicas() {
        return maxReplicas;
    }

    /** {@return how many replicas count now} */
    public int used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }

    void join(Tenant tenant) {
        tenants.add(tenant);
    }

    void leave(Tenant tenant) {
        tenants.remove(tenant);
    }

    Semaphore startSlots() {
        return startSlots;
    }

    /** Whether a pool waits for a place that inputs need. */
    boolean hungry() {
        return urgentCount > 0;
    }

    /** Takes a place without waiting, from another pool if it must be. */
    boolean tryTake(Tenant self) {
        do {
            lock.lock();
            try {
                if (room(self.bare())) {
                    used++;
                    return true;
                }
                if (used < maxReplicas) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
        } while (evictIdle(self));
        return false;
    }

    /**
     * Takes a place, waiting for it without a bound; the caller bounds the wait by interrupting.
     */
    void take(Tenant self) throws InterruptedException {
        var bare = self.bare();
        var needy = bare || self.needy();
        lock.lockInterruptibly();
        var ticket = lock.newCondition();
        var line = bare ? first : needy ? urgent : reserve;
        line.add(ticket);
        urgentCount = first.size() + urgent.size();
        try {
            while (!ticket.equals(head()) || !room(self.bare())) {
                if (ticket.equals(head()) && needy && used >= maxReplicas && evictUnlocked(self)) {
                    continue;
                }
                if (!ticket.equals(head())) {
                    ticket.await();
                } else if (!room(self.bare())) {
                    // A place shows by a signal; falling memory and idle replicas may not.
                    var _ = ticket.await(RECHECK_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
            used++;
        } finally {
            line.remove(ticket);
            urgentCount = first.size() + urgent.size();
            signalHead();
            lock.unlock();
        }
    }

    /** Gives a place back. */
    void give() {
        lock.lock();
        try {
            used--;
            signalHead();
        } finally {
            lock.unlock();
        }
    }

    /** Tells a waiting pool that a replica has become idle somewhere. */
    void offerIdle() {
        lock.lock();
        try {
            signalHead();
        } finally {
            lock.unlock();
        }
    }

    private boolean room(boolean bare) {
        return used < maxReplicas
                && switch (growth.get()) {
                    case ANY -> true;
                    case FIRST -> bare;
                    case NONE -> false;
                };
    }

    private @Nullable Condition head() {
        for (var line : List.of(first, urgent, reserve)) {
            var head = line.peek();
            if (head != null) {
                return head;
            }
        }
        return null;
    }

    private void signalHead() {
        var head = head();
        if (head != null) {
            head.signal();
        }
    }

    private boolean evictUnlocked(Tenant self) {
        lock.unlock();
        try {
            return evictIdle(self);
        } finally {
            lock.lock();
        }
    }

    private boolean evictIdle(Tenant self) {
        while (true) {
            Tenant victim = null;
            var oldest = 0L;
            for (var tenant : tenants) {
                var idle = tenant.equals(self) ? null : tenant.oldestIdleNanos();
                if (idle != null && (victim == null || idle - oldest < 0)) {
                    victim = tenant;
                    oldest = idle;
                }
            }
            if (victim == null) {
                return false;
            }
            if (victim.surrender()) {
                return true;
            }
        }
    }
}
