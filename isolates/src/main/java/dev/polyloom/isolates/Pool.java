// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Reason;
import dev.polyloom.isolates.Admission.Rejected;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A function's replicas, and the queue of inputs that wait for them. Thread-safe.
 *
 * <p>{@link #acquire()} admits an input to the replica with the fewest inputs, or queues it, first
 * come first served. The pool starts replicas and takes them away as its {@link ScalingPolicy}
 * says. It starts none by itself before {@link #warm()}, {@link #prestart} or the first input. The
 * owner ends it with {@link #drain} or {@link #close()}.
 *
 * @param <I> the kind of isolate
 */
public final class Pool<I extends Isolate> implements AutoCloseable {

    /*
     * Lock rules. One lock guards the queue, the fleet and all that changes rarely. Admission to a
     * replica with room takes no lock: it reads the list of open replicas and changes one replica's
     * word by compare-and-set. An input enters the queue under the lock, raises `waiting` and then
     * looks for room once more; a release makes room and then reads `waiting`. One of the two sees
     * the other, so no input waits beside a free place. While `waiting` is not zero nobody takes
     * the fast path, so nobody overtakes.
     *
     * Observers are called under the lock for replicas, without it for inputs. The budget's lock may
     * be taken under this one, never the other way round.
     */
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final long HEALTH_NANOS = TimeUnit.SECONDS.toNanos(30);

    // immutable state
    private final String name;
    private final PoolRuntime runtime;
    private final PoolObserver observer;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Fleet<I> fleet;
    private final ReplicaBudget.Tenant tenant = new BudgetTenant();

    // read without the lock
    private volatile PoolConfig config;
    private volatile int waiting;
    private volatile boolean growable = true;

    // guarded by the lock
    private final Deque<Waiter<I>> waiters = new ArrayDeque<>();
    private @Nullable Thread keeper;
    private long wakeAtNanos;
    private int floor;
    private boolean closed;

    /**
     * Creates a pool without replicas.
     *
     * @param name the function's name, for threads and logs
     * @param config what the function declares
     * @param factory makes the function's isolates
     * @param observer sees what happens
     * @param runtime what it shares with other pools
     */
    @SuppressWarnings("this-escape")
    public Pool(
            String name,
            PoolConfig config,
            IsolateFactory<I> factory,
            PoolObserver observer,
            PoolRuntime runtime) {
        this.name = name;
        this.config = checked(config);
        this.runtime = runtime;
        this.ticker = runtime.ticker();
        this.observer = new GuardedObserver(observer);
        this.fleet = new Fleet<>(this, factory, this.observer, runtime, lock, changed);
        runtime.budget().join(tenant);
    }

    private static PoolConfig checked(PoolConfig config) {
        if (config.maxInputs() > Replica.LOAD_MAX) {
            throw new IllegalArgumentException("max_inputs must not exceed " + Replica.LOAD_MAX);
        }
        return config;
    }

    /** The function's name. */
    public String name() {
        return name;
    }

    /** The settings in force. */
    public PoolConfig config() {
        return config;
    }

    // Admission

    /**
     * Waits until the input may run or is refused. To be called on a virtual thread. Waits at most
     * for the queue's and the start's time together; while a replica starts, the queue's time
     * stands still.
     *
     * @return a lease, which the caller must close, or the refusal
     * @throws InterruptedException when the caller is interrupted; it then holds no place
     */
    public Admission<I> acquire() throws InterruptedException {
        if (waiting == 0) {
            var replica = take();
            if (replica != null) {
                if (growable && overTarget(replica)) {
                    locked(this::evaluate);
                }
                observer.inputAdmitted(replica.id, 0, 0, false);
                return new Admitted<>(new PoolLease<>(this, replica, 0, 0, false));
            }
        }
        return report(queue());
    }

    private Admission<I> report(Admission<I> answer) {
        if (answer instanceof Rejected<I>(var reason, var _, var _)) {
            observer.inputRejected(reason);
        }
        return answer;
    }

    /** Takes a place on the open replica with the fewest inputs; null when none has room. */
    private @Nullable Replica<I> take() {
        while (true) {
            var settings = config;
            Replica<I> best = null;
            var least = settings.singleUse() ? 1 : settings.maxInputs();
            for (var replica : fleet.open()) {
                var load = replica.load();
                if (load < least) {
                    best = replica;
                    least = load;
                    if (load == 0) {
                        break;
                    }
                }
            }
            if (best == null) {
                return null;
            }
            if (best.tryTake(least, settings.singleUse())) {
                if (best.isolate.alive()) {
                    return best;
                }
                buryTaken(best);
            }
        }
    }

    private void buryTaken(Replica<I> replica) {
        lock.lock();
        try {
            replica.give(ticker.nanos());
            fleet.fail(replica);
            fleet.settle(replica);
        } finally {
            lock.unlock();
        }
    }

    private boolean overTarget(Replica<I> replica) {
        var settings = config;
        return replica.inFlight() > settings.targetInputs()
                || (settings.bufferReplicas() > 0 && idle() < settings.bufferReplicas());
    }

    private int idle() {
        var idle = 0;
        for (var replica : fleet.open()) {
            if (replica.load() == 0) {
                idle++;
            }
        }
        return idle;
    }

    private Admission<I> queue() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter<I> waiter;
        lock.lock();
        try {
            if (closed) {
                return refusal(Reason.CLOSED, SOON, "the pool is closed");
            }
            var now = ticker.nanos();
            waiter = new Waiter<>(now, fleet.startClock(now));
            waiters.add(waiter);
            waiting = waiters.size();
            dispatch(null);
            if (waiter.answer() == null) {
                evaluate();
            }
            if (waiter.answer() == null && waiters.size() > queueRoom()) {
                forget(waiter);
                evaluate();
                return refusal(
                        Reason.QUEUE_FULL, SOON, config.maxQueued() + " inputs wait already");
            }
        } finally {
            lock.unlock();
        }
        return await(waiter);
    }

    /** An input that a replica is being started for does not take a place in the queue. */
    private int queueRoom() {
        var settings = config;
        var coming = fleet.count(ReplicaState.CLAIMED) + fleet.count(ReplicaState.STARTING);
        var room = settings.maxQueued() + (long) coming * settings.maxInputs();
        return (int) Math.min(room, Integer.MAX_VALUE);
    }

    private Admission<I> await(Waiter<I> waiter) throws InterruptedException {
        while (true) {
            var answer = waiter.answer();
            if (answer != null) {
                return answer;
            }
            var left = remaining(waiter);
            if (left <= 0) {
                return expire(waiter);
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                abandon(waiter);
                throw new InterruptedException();
            }
        }
    }

    private long remaining(Waiter<I> waiter) {
        lock.lock();
        try {
            var now = ticker.nanos();
            var settings = config;
            var started =
                    Math.min(
                            fleet.startClock(now) - waiter.startClockNanos,
                            settings.startTimeout().toNanos());
            return settings.queueTimeout().toNanos() - (now - waiter.enqueuedNanos - started);
        } finally {
            lock.unlock();
        }
    }

    private Admission<I> expire(Waiter<I> waiter) {
        lock.lock();
        try {
            var answer = waiter.answer();
            if (answer != null) {
                return answer;
            }
            var starved = fleet.open().isEmpty() && fleet.count(ReplicaState.CLAIMED) > 0;
            forget(waiter);
            evaluate();
            return starved
                    ? refusal(Reason.BUDGET, LATER, "the host has no room for another replica")
                    : refusal(
                            Reason.QUEUE_TIMEOUT,
                            SOON,
                            "no replica was free for " + config.queueTimeout());
        } finally {
            lock.unlock();
        }
    }

    private void abandon(Waiter<I> waiter) {
        lock.lock();
        try {
            if (waiter.answer() instanceof Admitted<I>(var lease)) {
                lease.close();
            } else {
                forget(waiter);
                evaluate();
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Waiter<I> waiter) {
        waiters.remove(waiter);
        waiting = waiters.size();
    }

    private static <I extends Isolate> Rejected<I> refusal(
            Reason reason, Duration retryAfter, String detail) {
        return new Rejected<>(reason, retryAfter, detail);
    }

    /** Hands free places to those that wait, in their order. */
    private void dispatch(@Nullable Replica<I> fresh) {
        while (!waiters.isEmpty()) {
            var replica = take();
            if (replica == null) {
                return;
            }
            var waiter = waiters.remove();
            waiting = waiters.size();
            var queued = ticker.nanos() - waiter.enqueuedNanos;
            var cold = replica == fresh;
            var begun = Math.max(0, replica.startedNanos - waiter.enqueuedNanos);
            var starting = cold ? Math.max(0, queued - begun) : 0;
            observer.inputAdmitted(replica.id, queued, starting, cold);
            waiter.answer(new Admitted<>(new PoolLease<>(this, replica, queued, starting, cold)));
        }
    }

    void release(Replica<I> replica) {
        var emptied = replica.give(ticker.nanos());
        observer.inputEnded(replica.id);
        if (emptied
                || waiting > 0
                || replica.uses() >= replica.maxUses
                || !replica.isolate.alive()) {
            locked(() -> releaseLocked(replica));
        }
        if (runtime.budget().hungry()) {
            runtime.budget().offerIdle();
        }
    }

    private void releaseLocked(Replica<I> replica) {
        if (!replica.isolate.alive()) {
            fleet.fail(replica);
        }
        if (replica.state == ReplicaState.READY && replica.uses() >= replica.maxUses) {
            fleet.retire(replica, RetireReason.USES);
        } else if (replica.load() == Integer.MAX_VALUE && replica.inFlight() == 0) {
            fleet.settle(replica);
        }
        dispatch(null);
        if (replica.state != ReplicaState.READY || (waiting > 0 && growable)) {
            evaluate();
        }
    }

    void invalidate(Replica<I> replica, String cause) {
        locked(() -> {
            fleet.retire(replica, RetireReason.INVALIDATED);
            evaluate();
        });
    }

    // Scaling; the lock is held

    /** Does what the policy says about the pool as it stands. */
    void evaluate() {
        if (closed) {
            growable = false;
            return;
        }
        var now = ticker.nanos();
        fleet.expireStarts(now, config.startTimeout());
        fleet.buryDead();
        var decision = runtime.policy().decide(snapshotAt(now));
        for (var retirement : decision.retire()) {
            fleet.retire(retirement.replica(), retirement.reason());
        }
        for (var i = 0; i < decision.start(); i++) {
            fleet.start();
        }
        var counted = fleet.counted();
        var backoff = fleet.backoff().remaining(now);
        growable = counted < config.maxReplicas() && backoff == 0;
        if (counted == 0 && backoff > 0) {
            refuseAll(
                    Reason.START_FAILED,
                    Duration.ofNanos(backoff),
                    "the last start failed: " + startFailure());
        }
        var next =
                Math.min(
                        decision.recheckNanos(), fleet.nextStartExpiry(now, config.startTimeout()));
        if (counted > 0 || config.minReplicas() > 0) {
            next = Math.min(next, HEALTH_NANOS);
            next = backoff > 0 ? Math.min(next, backoff) : next;
        }
        recheckWithin(next);
    }

    private String startFailure() {
        var cause = fleet.backoff().cause();
        return cause == null ? "unknown" : Fleet.describe(cause);
    }

    private void refuseAll(Reason reason, Duration retryAfter, String detail) {
        while (!waiters.isEmpty()) {
            waiters.remove().answer(refusal(reason, retryAfter, detail));
        }
        waiting = 0;
    }

    void becameReady(Replica<I> replica) {
        dispatch(replica);
        changed.signalAll();
        evaluate();
    }

    private PoolSnapshot snapshotAt(long now) {
        var settings = config;
        if (floor > settings.minReplicas()) {
            settings =
                    settings.withReplicas(
                            Math.min(floor, settings.maxReplicas()),
                            settings.maxReplicas(),
                            settings.bufferReplicas(),
                            settings.scaledownWindow());
        }
        var underWay = fleet.count(ReplicaState.CLAIMED) + fleet.count(ReplicaState.STARTING);
        var allowed = closed ? 0 : fleet.backoff().allowed(now, underWay);
        return new PoolSnapshot(name, now, settings, fleet.snapshots(), waiters.size(), allowed);
    }

    /** Makes sure that the pool is evaluated again within the time. */
    void recheckWithin(long nanos) {
        if (closed || nanos == Long.MAX_VALUE) {
            return;
        }
        var at = ticker.nanos() + nanos;
        if (keeper == null) {
            wakeAtNanos = at;
            keeper =
                    Thread.ofVirtual()
                            .name("polyloom-" + name + "-keeper")
                            .inheritInheritableThreadLocals(false)
                            .start(this::keep);
        } else if (at - wakeAtNanos < 0) {
            wakeAtNanos = at;
            LockSupport.unpark(keeper);
        }
    }

    /** The keeper's life: it evaluates the pool when time alone has changed something. */
    private void keep() {
        while (true) {
            long left;
            lock.lock();
            try {
                left = wakeAtNanos - ticker.nanos();
                if (left <= 0) {
                    wakeAtNanos = ticker.nanos() + TimeUnit.DAYS.toNanos(1);
                    evaluate();
                    left = wakeAtNanos - ticker.nanos();
                }
                if (closed || (fleet.gone() && config.minReplicas() == 0)) {
                    keeper = null;
                    changed.signalAll();
                    return;
                }
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }

    /** Evaluates the pool now and lets those that wait look at the clock, for virtual time. */
    void tick() {
        locked(() -> {
            evaluate();
            waiters.forEach(Waiter::nudge);
        });
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    // Ownership

    /** Begins to start the replicas that the function always keeps. Does not block. */
    public void warm() {
        locked(this::evaluate);
    }

    /**
     * Starts replicas until so many are ready, at most as many as the function allows. They count
     * as idle from then on.
     *
     * @throws IsolateStartException when a start failed; others may have become ready
     * @throws TimeoutException when they were not ready in time; their starts go on
     * @throws InterruptedException when the caller is interrupted; likewise
     * @throws IllegalStateException when the pool is closed
     */
    public void prestart(int replicas, Duration timeout)
            throws IsolateStartException, TimeoutException, InterruptedException {
        var left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            var wanted = Math.min(replicas, config.maxReplicas());
            floor = Math.max(floor, wanted);
            evaluate();
            while (fleet.open().size() < wanted) {
                var cause = fleet.backoff().cause();
                if (closed) {
                    throw new IllegalStateException("the pool is closed");
                }
                if (cause instanceof IsolateStartException failure) {
                    throw new IsolateStartException(Fleet.describe(failure), failure);
                }
                if (cause != null) {
                    throw new IsolateStartException("the start failed: " + cause, cause);
                }
                if (left <= 0) {
                    throw new TimeoutException("no replica was ready within " + timeout);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            floor = 0;
            lock.unlock();
        }
    }

    /**
     * Takes a started isolate as a replica, such as the one that discovered the app.
     *
     * @return false when the pool or the host has no room for it, or it is not alive; it then stays
     *     the caller's to stop
     */
    public boolean adopt(I isolate) {
        if (!isolate.alive() || !runtime.budget().tryTake(tenant)) {
            return false;
        }
        lock.lock();
        try {
            if (closed || fleet.counted() >= config.maxReplicas()) {
                runtime.budget().give();
                return false;
            }
            becameReady(fleet.adopt(isolate));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts other settings in force; those of running inputs stay. */
    public void update(PoolConfig settings) {
        locked(() -> {
            config = checked(settings);
            dispatch(null);
            evaluate();
            waiters.forEach(Waiter::nudge);
        });
    }

    /** The pool as it stands. */
    public PoolSnapshot snapshot() {
        lock.lock();
        try {
            return snapshotAt(ticker.nanos());
        } finally {
            lock.unlock();
        }
    }

    /** The function's statistics. */
    public PoolStats stats() {
        var now = snapshot();
        var running = 0;
        var headroom = 0;
        for (var replica : now.replicas()) {
            running += replica.inFlight();
            if (replica.state() == ReplicaState.READY) {
                headroom += Math.max(0, now.config().maxInputs() - replica.inFlight());
            }
        }
        return new PoolStats(now.queued(), now.counted(), running, headroom);
    }

    /**
     * Ends the pool in good order: refuses new inputs and those that wait with {@link
     * Reason#CLOSED}, lets those that run end, and stops the replicas. What has not ended within
     * the grace is killed. A second call waits likewise.
     *
     * @return whether everything ended by itself
     * @throws InterruptedException when the caller is interrupted; everything is then killed
     */
    public boolean drain(Duration grace) throws InterruptedException {
        var deadline = System.nanoTime() + grace.toNanos();
        lock.lock();
        try {
            shut(deadline);
            while (!fleet.gone() || keeper != null) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } finally {
            fleet.killAll();
            lock.unlock();
        }
    }

    /** Ends the pool at once: refuses all that wait and kills all replicas. Does not block. */
    @Override
    public void close() {
        locked(() -> {
            shut(System.nanoTime());
            fleet.killAll();
        });
    }

    private void shut(long deadline) {
        if (!closed) {
            closed = true;
            growable = false;
            runtime.budget().leave(tenant);
            refuseAll(Reason.CLOSED, SOON, "the pool is closed");
            changed.signalAll();
        }
        LockSupport.unpark(keeper);
        fleet.retireAll(deadline);
    }

    ReplicaBudget.Tenant tenant() {
        return tenant;
    }

    private final class BudgetTenant implements ReplicaBudget.Tenant {

        @Override
        public boolean needy() {
            return waiting > 0 || fleet.open().size() < config.minReplicas();
        }

        @Override
        public @Nullable Long oldestIdleNanos() {
            var open = fleet.open();
            if (waiting > 0 || open.size() <= config.minReplicas()) {
                return null;
            }
            Long oldest = null;
            for (var replica : open) {
                var since = replica.idleSinceNanos;
                if (replica.load() == 0 && (oldest == null || since - oldest < 0)) {
                    oldest = since;
                }
            }
            return oldest;
        }

        @Override
        public boolean surrender() {
            lock.lock();
            try {
                var open = fleet.open();
                if (waiting > 0 || open.size() <= config.minReplicas()) {
                    return false;
                }
                for (var replica : open.reversed()) {
                    if (replica.load() == 0) {
                        fleet.retire(replica, RetireReason.BUDGET);
                        if (replica.state != ReplicaState.READY) {
                            evaluate();
                            return true;
                        }
                    }
                }
                return false;
            } finally {
                lock.unlock();
            }
        }
    }
}
