// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * The replicas of one pool and their states. Guarded by the pool's lock, which the caller holds,
 * but for {@link #open()}.
 */
final class Fleet<I extends Isolate> {

    private static final System.Logger LOG = System.getLogger(Fleet.class.getName());

    private final PoolCore core;
    private final PoolObserver observer;
    private final RandomGenerator random;
    private final StartBackoff backoff;
    private final ReplicaStopper<I> stopper;

    private final Map<Long, Replica<I>> replicas = new LinkedHashMap<>();
    private volatile List<Replica<I>> open = List.of();
    private long lastId;
    private int starting;
    private long startClock;
    private long startingSince;

    Fleet(PoolCore core) {
        this.core = core;
        this.observer = core.observer;
        this.random = core.runtime.random(core.name);
        this.backoff = new StartBackoff(random);
        this.stopper = new ReplicaStopper<>(core, this);
    }

    /** The ready replicas, oldest first. Needs no lock. */
    List<Replica<I>> open() {
        return open;
    }

    StartBackoff backoff() {
        return backoff;
    }

    boolean empty() {
        return replicas.isEmpty();
    }

    int counted() {
        return count(ReplicaState.READY) + coming();
    }

    /** How many replicas are on their way to be ready. */
    int coming() {
        return count(ReplicaState.CLAIMED) + count(ReplicaState.STARTING);
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

    Map<Long, Long> allocated() {
        var all = new LinkedHashMap<Long, Long>();
        for (var replica : replicas.values()) {
            replica.isolate.allocatedBytes().ifPresent(bytes -> all.put(replica.id, bytes));
        }
        return all;
    }

    void hold(boolean on) {
        for (var replica : replicas.values()) {
            replica.isolate.hold(on);
        }
    }

    void noteHeld(Map<Long, Long> bytes) {
        for (var replica : replicas.values()) {
            var held = bytes.get(replica.id);
            if (held != null) {
                replica.noteHeld(held);
            }
        }
    }

    /** How long in all at least one replica was starting. */
    long startClock(long now) {
        return starting > 0 ? startClock + (now - startingSince) : startClock;
    }

    // Coming

    /** Takes in an isolate as a replica that is wanted. */
    Replica<I> claim(I isolate) {
        var rule = core.config.recycling();
        var share = 1 - rule.jitter() * random.nextDouble();
        var uses =
                rule.maxUses() == 0 ? Long.MAX_VALUE : Math.max(1, (long) (rule.maxUses() * share));
        var age = (long) (rule.maxAge().toNanos() * share);
        var replica = new Replica<>(++lastId, isolate, uses, age, core.now());
        replicas.put(replica.id, replica);
        observer.replicaClaimed(replica.id);
        return replica;
    }

    void beginStart(Replica<I> replica) {
        replica.startedNanos = core.now();
        var waited = Duration.ofNanos(replica.startedNanos - replica.sinceNanos);
        observer.startPhase(replica.id, "slot", waited);
        move(replica, ReplicaState.STARTING);
    }

    void becomeReady(Replica<I> replica) {
        replica.readyNanos = core.now();
        replica.idleSinceNanos = replica.readyNanos;
        replica.starter = null;
        backoff.succeeded();
        move(replica, ReplicaState.READY);
        replica.open();
        publish();
        core.changed.signalAll();
    }

    /** Ends a start that has failed; does nothing when it has ended already. */
    void failStart(Replica<I> replica, Throwable cause) {
        if (replica.state == ReplicaState.STARTING) {
            startFailed(replica.id, cause);
            end(replica, ReplicaState.FAILED);
        }
    }

    /** Counts a start that failed before there was an isolate. */
    void failCreation(Throwable cause) {
        startFailed(++lastId, cause);
        core.changed.signalAll();
    }

    private void startFailed(long id, Throwable cause) {
        var delay = Duration.ofNanos(backoff.failed(core.now(), cause));
        var told = describe(cause);
        LOG.log(
                System.Logger.Level.WARNING,
                () ->
                        "%s did not start: %s; the next start is tried in %.1f s"
                                .formatted(core.name, told, delay.toNanos() / 1e9));
        LOG.log(System.Logger.Level.DEBUG, () -> core.name + " did not start", cause);
        observer.startFailed(id, told, delay);
    }

    /** Kills and fails the starts that have run for the whole of their time. */
    void expireStarts(long now, Duration limit) {
        for (var replica : List.copyOf(replicas.values())) {
            if (replica.state == ReplicaState.STARTING
                    && now - replica.startedNanos >= limit.toNanos()) {
                var starter = replica.starter;
                stopper.kill(replica);
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

    // Going

    /** Fails the ready replicas whose isolate has died. */
    void buryDead() {
        for (var replica : open) {
            if (!replica.isolate.alive()) {
                fail(replica);
            }
        }
    }

    /** Fails a replica whose isolate has died; does nothing when it is not ready. */
    void fail(Replica<I> replica) {
        if (replica.state == ReplicaState.READY) {
            var _ = replica.shut();
            stopper.kill(replica);
            observer.replicaRetired(replica.id, RetireReason.DIED);
            end(replica, ReplicaState.FAILED);
        }
    }

    /** Takes a replica away by its number; returns whether it was there. */
    boolean retire(long id, RetireReason reason) {
        var replica = replicas.get(id);
        if (replica != null) {
            retire(replica, reason);
        }
        return replica != null;
    }

    /**
     * Takes a replica away; what runs on it may end. One that is to go because it is idle stays
     * when an input was faster. Does nothing when it is on its way already.
     */
    void retire(Replica<I> replica, RetireReason reason) {
        switch (replica.state) {
            case CLAIMED -> endStarter(replica, reason);
            case STARTING -> {
                stopper.kill(replica);
                endStarter(replica, reason);
            }
            case READY -> {
                var idleOnly = reason == RetireReason.IDLE || reason == RetireReason.BUDGET;
                if (!idleOnly || replica.shutIfIdle()) {
                    drain(replica, reason);
                }
            }
            case DRAINING, CLOSED, FAILED -> {}
        }
    }

    private void drain(Replica<I> replica, RetireReason reason) {
        var inFlight = replica.shut();
        observer.replicaRetired(replica.id, reason);
        move(replica, ReplicaState.DRAINING);
        givePermit(replica);
        publish();
        if (inFlight == 0) {
            stopper.stop(replica);
        }
    }

    private void endStarter(Replica<I> replica, RetireReason reason) {
        var starter = replica.starter;
        observer.replicaRetired(replica.id, reason);
        end(replica, ReplicaState.CLOSED);
        if (starter != null && !starter.equals(Thread.currentThread())) {
            starter.interrupt();
        }
    }

    /** The last input has left a replica that takes no more. */
    void settle(Replica<I> replica) {
        if (replica.state == ReplicaState.DRAINING && replica.inFlight() == 0) {
            stopper.stop(replica);
        } else if (replica.state == ReplicaState.READY) {
            retire(replica, RetireReason.SINGLE_USE);
        }
    }

    /** Retires all; what has not ended by the deadline is for {@link #killAll()}. */
    void retireAll(long deadlineNanos) {
        stopper.deadline(deadlineNanos);
        for (var replica : List.copyOf(replicas.values())) {
            retire(replica, RetireReason.CLOSED);
        }
    }

    /** Ends all at once. */
    void killAll() {
        for (var replica : List.copyOf(replicas.values())) {
            kill(replica, RetireReason.CLOSED);
        }
    }

    /** Ends a replica at once, with what runs on it. */
    void kill(Replica<I> replica, RetireReason reason) {
        retire(replica, reason);
        stopper.kill(replica);
        closed(replica);
    }

    /** Ends a replica at once, with what runs on it. */
    void kill(long id, RetireReason reason) {
        var replica = replicas.get(id);
        if (replica != null) {
            kill(replica, reason);
        }
    }

    /** A draining replica has stopped. */
    void closed(Replica<I> replica) {
        if (replica.state == ReplicaState.DRAINING) {
            end(replica, ReplicaState.CLOSED);
        }
    }

    // Bookkeeping

    private void end(Replica<I> replica, ReplicaState state) {
        move(replica, state);
        givePermit(replica);
        replica.starter = null;
        replicas.remove(replica.id);
        publish();
        core.changed.signalAll();
    }

    private void givePermit(Replica<I> replica) {
        if (replica.holdsPermit) {
            replica.holdsPermit = false;
            core.runtime.budget().give();
        }
    }

    private void move(Replica<I> replica, ReplicaState next) {
        var from = replica.state;
        if (!from.mayBecome(next)) {
            throw new IllegalStateException("a replica cannot go from " + from + " to " + next);
        }
        var now = core.now();
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
