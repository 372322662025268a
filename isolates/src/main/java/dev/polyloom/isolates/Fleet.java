// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * The replicas of one pool and the virtual threads that start and stop them. Guarded by the pool's
 * lock, which the caller holds, but for {@link #open()} and what runs on those threads.
 */
final class Fleet<I extends Isolate> {

    private static final System.Logger LOG = System.getLogger(Fleet.class.getName());

    private final Pool<I> pool;
    private final IsolateFactory<I> factory;
    private final PoolObserver observer;
    private final PoolRuntime runtime;
    private final ReentrantLock lock;
    private final Condition changed;
    private final RandomGenerator random;
    private final StartBackoff backoff;

    private final Map<Long, Replica<I>> replicas = new LinkedHashMap<>();
    private volatile List<Replica<I>> open = List.of();
    private long lastId;
    private int threads;
    private int starting;
    private long startClock;
    private long startingSince;
    private long stopDeadline = Long.MAX_VALUE;

    Fleet(
            Pool<I> pool,
            IsolateFactory<I> factory,
            PoolObserver observer,
            PoolRuntime runtime,
            ReentrantLock lock,
            Condition changed) {
        this.pool = pool;
        this.factory = factory;
        this.observer = observer;
        this.runtime = runtime;
        this.lock = lock;
        this.changed = changed;
        this.random = runtime.random(pool.name());
        this.backoff = new StartBackoff(random);
    }

    /** The replicas that may take inputs, oldest first. Needs no lock. */
    List<Replica<I>> open() {
        return open;
    }

    StartBackoff backoff() {
        return backoff;
    }

    /** Whether no replica is left and no thread runs. */
    boolean gone() {
        return replicas.isEmpty() && threads == 0;
    }

    int counted() {
        var count = 0;
        for (var replica : replicas.values()) {
            if (replica.state.counted()) {
                count++;
            }
        }
        return count;
    }

    int count(ReplicaState state) {
        var count = 0;
        for (var replica : replicas.values()) {
            if (replica.state == state) {
                count++;
            }
        }
        return count;
    }

    List<ReplicaSnapshot> snapshots() {
        var all = new ArrayList<ReplicaSnapshot>(replicas.size());
        for (var replica : replicas.values()) {
            all.add(replica.snapshot());
        }
        return all;
    }

    /** How long in all at least one replica was starting. */
    long startClock(long now) {
        return starting > 0 ? startClock + (now - startingSince) : startClock;
    }

    /** Claims a replica and starts it on a thread of its own. */
    void start() {
        var replica = create(factory.create());
        replica.starter = spawn("start-" + replica.id, () -> runStart(replica));
    }

    /** Takes an isolate that has been started elsewhere and for which a place has been taken. */
    Replica<I> adopt(I isolate) {
        var replica = create(isolate);
        replica.holdsPermit = true;
        replica.startedNanos = runtime.ticker().nanos();
        move(replica, ReplicaState.STARTING);
        becomeReady(replica);
        return replica;
    }

    private Replica<I> create(I isolate) {
        var rule = pool.config().recycling();
        var share = 1 - rule.jitter() * random.nextDouble();
        var uses =
                rule.maxUses() == 0 ? Long.MAX_VALUE : Math.max(1, (long) (rule.maxUses() * share));
        var age = (long) (rule.maxAge().toNanos() * share);
        var replica = new Replica<>(++lastId, isolate, uses, age, runtime.ticker().nanos());
        replicas.put(replica.id, replica);
        observer.replicaClaimed(replica.id);
        return replica;
    }

    private Thread spawn(String task, Runnable work) {
        threads++;
        return Thread.ofVirtual()
                .name("polyloom-" + pool.name() + "-" + task)
                .inheritInheritableThreadLocals(false)
                .start(() -> {
                    try {
                        work.run();
                    } finally {
                        lock.lock();
                        try {
                            threads--;
                            changed.signalAll();
                        } finally {
                            lock.unlock();
                        }
                    }
                });
    }

    // On a starter's thread

    private void runStart(Replica<I> replica) {
        try {
            runtime.budget().take(pool.tenant());
            if (!holdPermit(replica)) {
                runtime.budget().give();
                return;
            }
            runtime.budget().startSlots().acquire();
        } catch (InterruptedException _) {
            abandonClaim(replica);
            return;
        }
        try {
            if (beginStart(replica)) {
                startIsolate(replica);
            }
        } finally {
            runtime.budget().startSlots().release();
        }
    }

    private boolean holdPermit(Replica<I> replica) {
        lock.lock();
        try {
            replica.holdsPermit = replica.state == ReplicaState.CLAIMED;
            return replica.holdsPermit;
        } finally {
            lock.unlock();
        }
    }

    private void abandonClaim(Replica<I> replica) {
        lock.lock();
        try {
            retire(replica, RetireReason.CLOSED);
        } finally {
            lock.unlock();
        }
    }

    /** Demand may have passed while the claim waited, so the policy is asked again. */
    private boolean beginStart(Replica<I> replica) {
        lock.lock();
        try {
            if (replica.state == ReplicaState.CLAIMED) {
                pool.evaluate();
            }
            if (replica.state != ReplicaState.CLAIMED) {
                return false;
            }
            replica.startedNanos = runtime.ticker().nanos();
            observer.startPhase(
                    replica.id,
                    "slot",
                    Duration.ofNanos(replica.startedNanos - replica.sinceNanos));
            move(replica, ReplicaState.STARTING);
            pool.recheckWithin(pool.config().startTimeout().toNanos());
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void startIsolate(Replica<I> replica) {
        try {
            replica.isolate.start();
            var started = runtime.ticker().nanos();
            factory.warmUp(replica.isolate);
            var warm = runtime.ticker().nanos();
            startSucceeded(replica, started, warm);
        } catch (Throwable failure) { // user code may throw anything, an OutOfMemoryError too
            kill(replica);
            lock.lock();
            try {
                failStart(replica, failure);
                pool.evaluate();
            } finally {
                lock.unlock();
            }
        }
    }

    private void startSucceeded(Replica<I> replica, long started, long warm) {
        var alive = false;
        lock.lock();
        try {
            if (replica.state == ReplicaState.STARTING) {
                alive = true;
                var id = replica.id;
                replica.isolate
                        .startPhases()
                        .forEach((name, took) -> observer.startPhase(id, name, took));
                observer.startPhase(id, "start", Duration.ofNanos(started - replica.startedNanos));
                observer.startPhase(id, "warm-up", Duration.ofNanos(warm - started));
                becomeReady(replica);
                pool.becameReady(replica);
            }
        } finally {
            lock.unlock();
        }
        if (!alive) {
            kill(replica);
        }
    }

    // Transitions

    private void becomeReady(Replica<I> replica) {
        var now = runtime.ticker().nanos();
        replica.readyNanos = now;
        replica.idleSinceNanos = now;
        replica.starter = null;
        replica.baseHeapBytes = replica.isolate.retainedBytes().orElse(0);
        backoff.succeeded();
        move(replica, ReplicaState.READY);
        replica.open();
        publish();
    }

    /** Ends a start that has failed; does nothing when it has ended already. */
    void failStart(Replica<I> replica, Throwable cause) {
        if (replica.state != ReplicaState.STARTING) {
            return;
        }
        var delay = backoff.failed(runtime.ticker().nanos(), cause);
        LOG.log(System.Logger.Level.DEBUG, () -> "start failed in pool " + pool.name(), cause);
        observer.startFailed(replica.id, describe(cause), Duration.ofNanos(delay));
        end(replica, ReplicaState.FAILED);
    }

    /** Kills and fails the starts that have run for the whole of their time. */
    void expireStarts(long now, Duration limit) {
        for (var replica : List.copyOf(replicas.values())) {
            if (replica.state == ReplicaState.STARTING
                    && now - replica.startedNanos >= limit.toNanos()) {
                kill(replica);
                var starter = replica.starter;
                failStart(replica, new TimeoutException("the start took longer than " + limit));
                if (starter != null) {
                    starter.interrupt();
                }
            }
        }
    }

    /** How long until the next start runs out of time, {@link Long#MAX_VALUE} for never. */
    long nextStartExpiry(long now, Duration limit) {
        var next = Long.MAX_VALUE;
        for (var replica : replicas.values()) {
            if (replica.state == ReplicaState.STARTING) {
                next = Math.min(next, replica.startedNanos + limit.toNanos() - now);
            }
        }
        return next;
    }

    /** Fails the ready replicas whose isolate has died. */
    void buryDead() {
        for (var replica : List.copyOf(replicas.values())) {
            if (replica.state == ReplicaState.READY && !replica.isolate.alive()) {
                fail(replica);
            }
        }
    }

    /** Fails a ready replica whose isolate has died. */
    void fail(Replica<I> replica) {
        if (replica.state == ReplicaState.READY) {
            replica.shut();
            kill(replica);
            observer.replicaRetired(replica.id, RetireReason.DIED);
            end(replica, ReplicaState.FAILED);
        }
    }

    /**
     * Takes a replica away; what runs on it may end. Does nothing when it is on its way already.
     */
    void retire(long id, RetireReason reason) {
        var replica = replicas.get(id);
        if (replica != null) {
            retire(replica, reason);
        }
    }

    void retire(Replica<I> replica, RetireReason reason) {
        switch (replica.state) {
            case CLAIMED -> endStarter(replica, reason);
            case STARTING -> {
                kill(replica);
                endStarter(replica, reason);
            }
            case READY -> {
                var gentle = reason == RetireReason.IDLE || reason == RetireReason.BUDGET;
                if (!gentle || replica.shutIfIdle()) {
                    var inFlight = replica.shut();
                    observer.replicaRetired(replica.id, reason);
                    move(replica, ReplicaState.DRAINING);
                    givePermit(replica);
                    publish();
                    if (inFlight == 0) {
                        stop(replica);
                    }
                }
            }
            case DRAINING, CLOSED, FAILED -> {}
        }
    }

    /** The last input has left a replica that takes no more. */
    void settle(Replica<I> replica) {
        if (replica.state == ReplicaState.DRAINING && replica.inFlight() == 0) {
            stop(replica);
        } else if (replica.state == ReplicaState.READY) {
            retire(replica, RetireReason.SINGLE_USE);
        }
    }

    /** Retires all; what has not ended by the deadline is for {@link #killAll()}. */
    void retireAll(long deadlineNanos) {
        stopDeadline = deadlineNanos;
        for (var replica : List.copyOf(replicas.values())) {
            retire(replica, RetireReason.CLOSED);
        }
    }

    /** Ends all at once. */
    void killAll() {
        for (var replica : List.copyOf(replicas.values())) {
            retire(replica, RetireReason.CLOSED);
            kill(replica);
            if (replica.state == ReplicaState.DRAINING) {
                end(replica, ReplicaState.CLOSED);
            }
        }
    }

    private void endStarter(Replica<I> replica, RetireReason reason) {
        var starter = replica.starter;
        observer.replicaRetired(replica.id, reason);
        end(replica, ReplicaState.CLOSED);
        if (starter != null && starter != Thread.currentThread()) {
            starter.interrupt();
        }
    }

    private void stop(Replica<I> replica) {
        if (replica.stopping) {
            return;
        }
        replica.stopping = true;
        var grace = runtime.stopGrace();
        if (stopDeadline != Long.MAX_VALUE) {
            var left = Duration.ofNanos(Math.max(0, stopDeadline - System.nanoTime()));
            grace = left.compareTo(grace) < 0 ? left : grace;
        }
        var bound = grace;
        var _ =
                spawn(
                        "stop-" + replica.id,
                        () -> {
                            try {
                                replica.isolate.stop(bound);
                            } catch (RuntimeException | Error failure) {
                                LOG.log(
                                        System.Logger.Level.WARNING,
                                        "an isolate failed to stop",
                                        failure);
                                kill(replica);
                            }
                            lock.lock();
                            try {
                                if (!replica.state.ended()) {
                                    end(replica, ReplicaState.CLOSED);
                                }
                            } finally {
                                lock.unlock();
                            }
                        });
    }

    private void end(Replica<I> replica, ReplicaState state) {
        move(replica, state);
        givePermit(replica);
        replica.starter = null;
        replicas.remove(replica.id);
        publish();
        changed.signalAll();
    }

    private void givePermit(Replica<I> replica) {
        if (replica.holdsPermit) {
            replica.holdsPermit = false;
            runtime.budget().give();
        }
    }

    private void kill(Replica<I> replica) {
        try {
            replica.isolate.kill();
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.WARNING, "an isolate failed to be killed", failure);
        }
    }

    private void move(Replica<I> replica, ReplicaState next) {
        var from = replica.state;
        if (!from.mayBecome(next)) {
            throw new IllegalStateException("a replica cannot go from " + from + " to " + next);
        }
        var now = runtime.ticker().nanos();
        if (from == ReplicaState.STARTING && --starting == 0) {
            startClock += now - startingSince;
        }
        if (next == ReplicaState.STARTING && starting++ == 0) {
            startingSince = now;
        }
        replica.state = next;
        replica.sinceNanos = now;
        observer.replicaChanged(replica.id, from, next);
    }

    private void publish() {
        var ready = new ArrayList<Replica<I>>(replicas.size());
        for (var replica : replicas.values()) {
            if (replica.state == ReplicaState.READY) {
                ready.add(replica);
            }
        }
        open = List.copyOf(ready);
    }

    static String describe(Throwable cause) {
        var message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
