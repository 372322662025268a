// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks;

import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolSnapshot;
import dev.polyloom.isolates.ReplicaSnapshot;
import dev.polyloom.isolates.ReplicaState;
import dev.polyloom.isolates.ScalingPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One function's pool in virtual time, driven by a scaling policy. Confined to one thread.
 *
 * <p>It admits as the real pool does, to the replica with the fewest inputs and in the order of
 * arrival, and asks the policy when an input has to wait, when a replica has become ready and when
 * the policy asked to be asked again. The queue is bounded in length, not in time. Starts and
 * inputs take random times around given means.
 */
final class SimulatedPool {

    /** Adds up what happened. */
    static final class Tally {
        final List<Double> waitMillis = new ArrayList<>();
        long cold;
        long refused;
        double busyNanos;
        double heldNanos;
    }

    private static final class Replica {
        final long id;
        final long bornNanos;
        ReplicaState state = ReplicaState.STARTING;
        int inFlight;
        long uses;
        long idleSinceNanos;
        boolean fresh = true;

        Replica(long id, long nowNanos) {
            this.id = id;
            this.bornNanos = nowNanos;
            this.idleSinceNanos = nowNanos;
        }
    }

    private record Waiting(long sinceNanos, Arrival arrival) {}

    private record Event(long atNanos, long order, Runnable action) {}

    private final PoolConfig config;
    private final ScalingPolicy policy;
    private final SplittableRandom random;
    private final double startNanos;
    private final double inputNanos;
    private final Tally tally;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>((a, b) ->
                    a.atNanos == b.atNanos
                            ? Long.compare(a.order, b.order)
                            : Long.compare(a.atNanos, b.atNanos));
    private final List<Replica> replicas = new ArrayList<>();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private long order;
    private long lastId;
    private long now;
    private long recheckAt = Long.MAX_VALUE;

    SimulatedPool(
            PoolConfig config,
            ScalingPolicy policy,
            ScalingSimulation costs,
            long seed,
            Tally tally) {
        this.config = config;
        this.policy = policy;
        this.random = new SplittableRandom(seed);
        this.startNanos = costs.startMillis() * 1e6;
        this.inputNanos = costs.inputMillis() * 1e6;
        this.tally = tally;
    }

    /** Runs the pool over the given arrivals and until the end. */
    void run(Iterable<Arrival> arrivals, long endNanos) {
        evaluate();
        for (var arrival : arrivals) {
            advance(arrival.atNanos());
            arrive(arrival);
        }
        advance(endNanos);
        while (!queue.isEmpty() && !events.isEmpty()) {
            advance(events.peek().atNanos); // what waits at the end is served too
        }
        for (var replica : replicas) {
            tally.heldNanos += now - replica.bornNanos;
        }
    }

    private void advance(long untilNanos) {
        while (!events.isEmpty() && events.peek().atNanos <= untilNanos) {
            var event = events.remove();
            now = event.atNanos;
            event.action.run();
        }
        now = untilNanos;
    }

    private void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    private void arrive(Arrival arrival) {
        var best = freest();
        if (best != null) {
            begin(best, new Waiting(now, arrival), false);
            if (best.inFlight > config.targetInputs()) {
                evaluate();
            }
        } else if (queue.size() >= config.maxQueued()) {
            tally.refused++;
        } else {
            queue.add(new Waiting(now, arrival));
            evaluate();
        }
    }

    private @Nullable Replica freest() {
        Replica best = null;
        for (var replica : replicas) {
            var open = replica.state == ReplicaState.READY;
            if (open
                    && replica.inFlight < config.maxInputs()
                    && (best == null || replica.inFlight < best.inFlight)) {
                best = replica;
            }
        }
        return best;
    }

    private void begin(Replica replica, Waiting input, boolean cold) {
        tally.waitMillis.add((now - input.sinceNanos) / 1e6);
        tally.cold += cold ? 1 : 0;
        replica.inFlight++;
        replica.uses++;
        var recorded = input.arrival.inputNanos();
        var took = recorded < 0 ? -Math.log(1 - random.nextDouble()) * inputNanos : recorded;
        tally.busyNanos += took / config.maxInputs();
        after((long) took, () -> end(replica));
    }

    private void end(Replica replica) {
        replica.inFlight--;
        replica.idleSinceNanos = now;
        dispatch();
    }

    private void dispatch() {
        while (!queue.isEmpty()) {
            var best = freest();
            if (best == null) {
                return;
            }
            begin(best, queue.remove(), best.fresh);
        }
    }

    private void ready(Replica replica) {
        replica.state = ReplicaState.READY;
        replica.idleSinceNanos = now;
        dispatch();
        replica.fresh = false;
        evaluate();
    }

    private void evaluate() {
        var states = new ArrayList<ReplicaSnapshot>(replicas.size());
        for (var replica : replicas) {
            states.add(
                    new ReplicaSnapshot(
                            replica.id,
                            replica.state,
                            replica.inFlight,
                            replica.uses,
                            replica.bornNanos,
                            replica.idleSinceNanos,
                            Long.MAX_VALUE,
                            0));
        }
        var snapshot =
                new PoolSnapshot("f", now, config, states, queue.size(), 0, Integer.MAX_VALUE);
        var decision = policy.decide(snapshot);
        for (var retirement : decision.retire()) {
            replicas.removeIf(replica -> retire(replica, retirement.replica()));
        }
        for (var i = 0; i < decision.start(); i++) {
            var replica = new Replica(++lastId, now);
            replicas.add(replica);
            after((long) (startNanos * (0.7 + 0.6 * random.nextDouble())), () -> ready(replica));
        }
        recheck(decision.recheckNanos());
    }

    private boolean retire(Replica replica, long id) {
        if (replica.id != id || replica.inFlight > 0) {
            return false;
        }
        tally.heldNanos += now - replica.bornNanos;
        return true;
    }

    private void recheck(long nanos) {
        if (nanos == Long.MAX_VALUE || (recheckAt > now && recheckAt <= now + nanos)) {
            return;
        }
        recheckAt = now + nanos;
        var at = recheckAt;
        after(
                nanos,
                () -> {
                    if (recheckAt == at) {
                        recheckAt = Long.MAX_VALUE;
                        evaluate();
                    }
                });
    }
}
