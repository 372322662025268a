// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import org.jspecify.annotations.Nullable;

/** A pool as the host's budget sees it. Thread-safe; takes the pool's lock only to surrender. */
final class PoolTenant<I extends Isolate> implements ReplicaBudget.Tenant {

    private final PoolCore core;
    private final Fleet<I> fleet;
    private final AdmissionQueue<I> queue;
    private final Pool<I> pool;

    PoolTenant(PoolCore core, Fleet<I> fleet, AdmissionQueue<I> queue, Pool<I> pool) {
        this.core = core;
        this.fleet = fleet;
        this.queue = queue;
        this.pool = pool;
    }

    @Override
    public boolean bare() {
        return queue.waiting() > 0 && fleet.open().isEmpty();
    }

    @Override
    public boolean needy() {
        return queue.waiting() > 0 || fleet.open().size() < core.config.minReplicas();
    }

    @Override
    public @Nullable Long oldestIdleNanos() {
        if (!spare()) {
            return null;
        }
        Long oldest = null;
        for (var replica : fleet.open()) {
            var since = replica.idleSinceNanos;
            if (replica.load() == 0 && (oldest == null || since - oldest < 0)) {
                oldest = since;
            }
        }
        return oldest;
    }

    @Override
    public boolean surrender() {
        core.lock.lock();
        try {
            for (var replica : fleet.open().reversed()) {
                if (spare() && replica.load() == 0) {
                    fleet.retire(replica, RetireReason.BUDGET);
                    if (replica.state != ReplicaState.READY) {
                        pool.evaluate();
                        return true;
                    }
                }
            }
            return false;
        } finally {
            core.lock.unlock();
        }
    }

    private boolean spare() {
        return queue.waiting() == 0 && fleet.open().size() > core.config.minReplicas();
    }
}
