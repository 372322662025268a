// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.Admission.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A function's replicas, and the queue of inputs that wait for them. Thread-safe.
 *
 * <p>{@link #acquire()} admits an input to the replica with the fewest inputs, or queues it, first
 * come first served. The pool starts replicas and takes them away as its {@link ScalingPolicy}
 * says; it starts none before {@link #warm()}, {@link #prestart} or the first input. The owner ends
 * it with {@link #drain} or {@link #close()}.
 *
 * @param <I> the kind of isolate
 */
public final class Pool<I extends Isolate> implements AutoCloseable {

    /*
     * Lock rules. One lock guards the queue, the fleet and all that changes rarely; what admission
     * does without it stands in AdmissionQueue. Observers are called under the lock for replicas,
     * on the input's thread for inputs. The budget's lock may be taken under this one, never the
     * other way round. Isolates are started and stopped without it; kill() and alive(), which do
     * not block, may be called under it.
     */
    private static final System.Logger LOG = System.getLogger(Pool.class.getName());
    private static final Duration SOON = Duration.ofSeconds(1);

    private final PoolCore core;
    private final Fleet<I> fleet;
    private final AdmissionQueue<I> queue;
    private final Autoscaler<I> scaler;
    private final PoolTenant<I> tenant;

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
        this.core = new PoolCore(name, checked(config), observer, runtime);
        this.fleet = new Fleet<>(core);
        this.queue = new AdmissionQueue<>(core, fleet, this);
        this.tenant = new PoolTenant<>(core, fleet, queue, this);
        var starter = new ReplicaStarter<>(core, fleet, factory, new StartEvents());
        this.scaler = new Autoscaler<>(core, fleet, queue, starter);
        runtime.budget().join(tenant);
    }

    private static PoolConfig checked(PoolConfig config) {
        if (config.maxInputs() > Replica.LOAD_MAX) {
            throw new IllegalArgumentException("max_inputs must not exceed " + Replica.LOAD_MAX);
        }
        return config;
    }

    /** {@return the function's name} */
    public String name() {
        return core.name;
    }

    /** {@return the settings in force} */
    public PoolConfig config() {
        return core.config;
    }

    /**
     * Waits until the input may run or is refused. To be called on a virtual thread. Waits at most
     * for the queue's and the start's time together; while a replica starts, the queue's time
     * stands still.
     *
     * @return a lease, which the caller must close, or the refusal
     * @throws InterruptedException when the caller is interrupted; it then holds no place
     */
    public Admission<I> acquire() throws InterruptedException {
        return acquire(_ -> {});
    }

    /**
     * Waits like {@link #acquire()}, but gives its place in the queue up once nobody wants the
     * answer any longer.
     *
     * @param whenGone is called when the input has to wait, with what to run once it is not wanted
     *     any longer; that may be run in any thread, at any time and more than once
     * @return a lease, which the caller must close, or the refusal; {@link Reason#ABANDONED} when
     *     it was given up in the queue
     * @throws InterruptedException when the caller is interrupted; it then holds no place
     */
    public Admission<I> acquire(Consumer<Runnable> whenGone) throws InterruptedException {
        return acquire(whenGone, _ -> false);
    }

    /**
     * Waits likewise, and lets the input begin without waiting for this thread to wake up.
     *
     * @param whenGone as for {@link #acquire(Consumer)}
     * @param starter is given the lease before this returns it
     * @return as for {@link #acquire(Consumer)}
     * @throws InterruptedException when the caller is interrupted before that; a caller that is
     *     interrupted after it gets the lease, and stays interrupted
     */
    public Admission<I> acquire(Consumer<Runnable> whenGone, Starter<I> starter)
            throws InterruptedException {
        return queue.acquire(whenGone, starter);
    }

    /** Begins to start the replicas that the function always keeps. Does not block. */
    public void warm() {
        core.locked(scaler::evaluate);
    }

    /**
     * Starts replicas until so many are ready, at most as many as the function allows. They count
     * as idle from then on.
     *
     * @param replicas how many are to be ready
     * @param timeout how long to wait for them
     * @throws IsolateStartException when a start failed; others may have become ready
     * @throws TimeoutException when they were not ready in time; their starts go on
     * @throws InterruptedException when the caller is interrupted; likewise
     * @throws IllegalStateException when the pool is closed
     */
    public void prestart(int replicas, Duration timeout)
            throws IsolateStartException, TimeoutException, InterruptedException {
        var left = timeout.toNanos();
        core.lock.lockInterruptibly();
        try {
            var wanted = Math.min(replicas, core.config.maxReplicas());
            scaler.floor(Math.max(scaler.floor(), wanted));
            scaler.evaluate();
            while (fleet.open().size() < wanted) {
                checkPrestart(timeout, left);
                left = core.changed.awaitNanos(left);
            }
        } finally {
            scaler.floor(0);
            core.lock.unlock();
        }
    }

    private void checkPrestart(Duration timeout, long left)
            throws IsolateStartException, TimeoutException {
        if (core.closed) {
            throw new IllegalStateException("the pool is closed");
        }
        var cause = fleet.backoff().cause();
        if (cause != null) {
            throw new IsolateStartException(fleet.backoff().describe(), cause);
        }
        if (left <= 0) {
            throw new TimeoutException("no replica was ready within " + timeout);
        }
    }

    /**
     * Takes a started isolate as a replica, such as the one that discovered the app.
     *
     * @param isolate the started isolate
     * @return false when the pool or the host has no room for it, or it is not alive; it then stays
     *     the caller's to stop
     */
    public boolean adopt(I isolate) {
        if (!isolate.alive() || !core.runtime.budget().tryTake(tenant)) {
            return false;
        }
        core.lock.lock();
        try {
            if (core.closed || fleet.counted() >= core.config.maxReplicas()) {
                core.runtime.budget().give();
                return false;
            }
            var replica = fleet.claim(isolate);
            replica.holdsPermit = true;
            fleet.beginStart(replica);
            fleet.becomeReady(replica);
            becameReady(replica);
            return true;
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Puts other settings in force. Inputs that run go on; those that wait have the new limits.
     *
     * @param config the new settings
     */
    public void update(PoolConfig config) {
        var _ = update(_ -> config);
    }

    /**
     * Changes the settings in force, likewise; changes made at the same time follow one another.
     *
     * @param change makes the new settings of those in force, quickly; what it throws is thrown on,
     *     and nothing has changed then
     * @return the new settings
     */
    public PoolConfig update(UnaryOperator<PoolConfig> change) {
        core.lock.lock();
        try {
            var settings = checked(change.apply(core.config));
            core.config = settings;
            queue.dispatch(null);
            evaluate();
            queue.nudge();
            return settings;
        } finally {
            core.lock.unlock();
        }
    }

    /** {@return the pool as it stands} */
    public PoolSnapshot snapshot() {
        core.lock.lock();
        try {
            return scaler.snapshot(core.now());
        } finally {
            core.lock.unlock();
        }
    }

    /** {@return how much each replica has allocated so far, as far as they can tell} */
    public Map<Long, Long> allocated() {
        core.lock.lock();
        try {
            return fleet.allocated();
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Tells what replicas hold of the heap, for the pools that replace those that {@linkplain
     * PoolConfig.Recycling#maxHeapGrowthBytes grow} too much.
     *
     * @param bytes by replica; those that are not named keep what was told before
     */
    public void noteHeld(Map<Long, Long> bytes) {
        core.locked(() -> {
            fleet.noteHeld(bytes);
            evaluate();
        });
    }

    /**
     * Has the code of all replicas wait where it is, or go on; after a few seconds it goes on by
     * itself.
     *
     * @param on whether to wait
     */
    public void hold(boolean on) {
        core.locked(() -> fleet.hold(on));
    }

    /** {@return how far a replica's heap may grow, in bytes; 0 for as far as it likes} */
    public long maxHeapGrowthBytes() {
        return core.config.recycling().maxHeapGrowthBytes();
    }

    /** {@return the function's statistics} */
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
     * Takes one replica away although it serves: it takes no further input and is replaced as far
     * as the policy wants. Does nothing when there is no such replica.
     *
     * @param id its number in {@link #snapshot()}
     * @param cut whether to end its inputs at once with a failure rather than wait for them
     * @param reason why
     */
    public void retire(long id, RetireReason reason, boolean cut) {
        core.locked(() -> {
            if (cut) {
                fleet.kill(id, reason);
            } else {
                fleet.retire(id, reason);
            }
            evaluate();
        });
    }

    /**
     * Ends the pool in good order: refuses new inputs and those that wait with {@link
     * Reason#CLOSED}, lets those that run end, and stops the replicas. What has not ended within
     * the grace is killed. A second call waits likewise.
     *
     * @param grace how long all of that may take
     * @return whether everything ended by itself
     * @throws InterruptedException when the caller is interrupted; everything is then killed
     */
    public boolean drain(Duration grace) throws InterruptedException {
        var deadline = System.nanoTime() + grace.toNanos();
        core.lock.lock();
        try {
            shut(deadline);
            while (!fleet.empty() || core.working()) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                var _ = core.changed.awaitNanos(left);
            }
            return true;
        } finally {
            fleet.killAll();
            core.lock.unlock();
        }
    }

    /** Ends the pool at once: refuses all that wait and kills all replicas. Does not block. */
    @Override
    public void close() {
        core.locked(() -> {
            shut(System.nanoTime());
            fleet.killAll();
        });
    }

    private void shut(long deadline) {
        if (!core.closed) {
            core.closed = true;
            core.runtime.budget().leave(tenant);
            queue.refuseAll(Reason.CLOSED, SOON, "the pool is closed", null);
            core.changed.signalAll();
        }
        scaler.evaluate();
        scaler.wake();
        fleet.retireAll(deadline);
    }

    // For the parts of the pool

    boolean growable() {
        return scaler.growable();
    }

    /** Evaluates the pool. The caller holds the lock. */
    void evaluate() {
        scaler.evaluate();
    }

    void invalidated(Replica<I> replica, String cause) {
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "replica " + replica.id + " of " + core.name + " is condemned: " + cause);
        retire(replica.id, RetireReason.INVALIDATED, false);
    }

    /** Evaluates the pool and lets those that wait look at the clock, for virtual time. */
    void tick() {
        core.locked(() -> {
            evaluate();
            queue.nudge();
        });
    }

    private void becameReady(@Nullable Replica<I> replica) {
        queue.dispatch(replica);
        evaluate();
    }

    private final class StartEvents implements ReplicaStarter.Owner<I> {

        @Override
        public ReplicaBudget.Tenant tenant() {
            return tenant;
        }

        @Override
        public void aboutToStart() {
            evaluate();
        }

        @Override
        public void becameReady(Replica<I> replica) {
            Pool.this.becameReady(replica);
        }

        @Override
        public void startFailed() {
            evaluate();
        }
    }
}
