// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import dev.polyloom.isolates.HeapReading;
import dev.polyloom.isolates.MemoryGuard;
import dev.polyloom.isolates.MemoryGuard.Pressure;
import dev.polyloom.isolates.MemoryGuard.Victim;
import dev.polyloom.isolates.Pool;
import dev.polyloom.isolates.ReplicaBudget.Growth;
import dev.polyloom.isolates.RetireReason;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the heap and does what the {@link MemoryGuard} decides: lets nothing grow, takes replicas
 * away. Thread-safe; a thread of its own looks a few times a second.
 */
public final class HeapWatch implements AutoCloseable {

    /*
     * The thread has to go on when there is no memory left, which is when it is needed: whatever a
     * look throws ends that look alone, nothing is logged before it has acted, and it holds a
     * reserve that it lets go of.
     */
    private static final System.Logger LOG = System.getLogger(HeapWatch.class.getName());
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int RESERVE_BYTES = 4 << 20;

    /** How long a replica that was taken away has until its memory should be free. */
    private static final long RELIEF_NANOS = TimeUnit.SECONDS.toNanos(3);

    /* Without a collection nobody learns that the heap has become free. */
    private static final long COLLECT_FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long COLLECT_LAST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final OldGeneration old = OldGeneration.ofThisJvm();
    private final MemoryGuard guard;
    private final double soft;
    private final Supplier<List<Pool<?>>> pools;
    private final Consumer<Boolean> tight;
    private final Allocations allocations = new Allocations();
    private final Thread thread;
    private volatile Pressure pressure = Pressure.NONE;
    private volatile boolean closed;
    private volatile byte @Nullable [] reserve = new byte[RESERVE_BYTES];

    // Confined to the thread

    private long collections;
    private long collectAtNanos;
    private long collectEveryNanos = COLLECT_FIRST_NANOS;
    private @Nullable Victim victim;
    private long victimSinceNanos;

    /**
     * What it goes by.
     *
     * @param soft where nothing is started any more
     * @param hard where a replica is taken away
     */
    public record Marks(HeapMark soft, HeapMark hard) {}

    /**
     * Creates a watch that has not been started.
     *
     * @param marks what it goes by
     * @param pools all pools of the host
     * @param tight is told when memory becomes scarce, and when that is over
     */
    public HeapWatch(Marks marks, Supplier<List<Pool<?>>> pools, Consumer<Boolean> tight) {
        var heap = old.now();
        this.soft = marks.soft().of(heap);
        this.guard = new MemoryGuard(soft, Math.max(soft, marks.hard().of(heap)));
        this.pools = pools;
        this.tight = tight;
        this.thread = Thread.ofPlatform().name("polyloom-heap").daemon(true).unstarted(this::run);
    }

    /** Begins to look. */
    public void start() {
        thread.start();
    }

    /** {@return which replicas may be started} Needs no lock and no memory. */
    public Growth growth() {
        return switch (pressure) {
            case NONE -> Growth.ANY;
            case SOFT -> Growth.FIRST;
            case HARD -> Growth.NONE;
        };
    }

    /** {@return how scarce memory is: 0, 1 beyond the soft mark, 2 beyond the hard one} */
    public int level() {
        return switch (pressure) {
            case NONE -> 0;
            case SOFT -> 1;
            case HARD -> 2;
        };
    }

    /** {@return what the last collection left of what lives long, in bytes} */
    public long liveBytes() {
        return old.read().usedBytes();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                look(System.nanoTime());
            } catch (RuntimeException | Error _) {
                // The next look may do better; there may be no memory to tell of this one.
                reserve = null;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    private void look(long now) {
        var count = old.collections();
        var collected = count != collections;
        if (collected) {
            collections = count;
            collectAtNanos = now + collectEveryNanos;
            allocations.collected(old.read().usedBytes(), pools.get());
        }
        if (old.now().share() < soft) {
            well();
        } else if (collected) {
            judge(old.read(), now);
        } else if (pressure != Pressure.NONE) {
            press(now);
        }
    }

    /** What is in use for sure leaves room. */
    private void well() {
        if (pressure != Pressure.NONE) {
            become(Pressure.NONE, null);
        }
        victim = null;
        collectEveryNanos = COLLECT_FIRST_NANOS;
        if (reserve == null) {
            reserve = new byte[RESERVE_BYTES];
        }
    }

    private void judge(HeapReading live, long now) {
        var snapshots = pools.get().stream().map(Pool::snapshot).toList();
        var verdict = guard.decide(live, snapshots, allocations);
        if (verdict.victim().isPresent() && (victim == null || relieved(now))) {
            take(verdict.victim().get(), now);
        }
        become(verdict.pressure(), live);
    }

    /** Nothing is known that is new, but memory was scarce when last it was. */
    private void press(long now) {
        var going = victim;
        if (going != null && !going.cut()) {
            // Its inputs had one look's time to end.
            take(new Victim(going.pool(), going.replica(), going.bytes(), true), now);
        } else if (going != null ? relieved(now) : now - collectAtNanos > 0) {
            victim = null;
            collectEveryNanos = Math.min(2 * collectEveryNanos, COLLECT_LAST_NANOS);
            System.gc();
        }
    }

    private boolean relieved(long now) {
        return now - victimSinceNanos > RELIEF_NANOS;
    }

    private void take(Victim chosen, long now) {
        victim = chosen;
        victimSinceNanos = now;
        for (var pool : pools.get()) {
            if (pool.name().equals(chosen.pool())) {
                pool.retire(chosen.replica(), RetireReason.MEMORY, chosen.cut());
            }
        }
        reserve = null;
        LOG.log(
                System.Logger.Level.WARNING,
                "memory is scarce: "
                        + (chosen.cut() ? "ended" : "takes away")
                        + " replica "
                        + chosen.replica()
                        + " of "
                        + chosen.pool());
    }

    private void become(Pressure next, @Nullable HeapReading live) {
        var before = pressure;
        pressure = next;
        if ((before == Pressure.NONE) != (next == Pressure.NONE)) {
            tight.accept(next != Pressure.NONE);
            LOG.log(
                    System.Logger.Level.WARNING,
                    live == null || next == Pressure.NONE
                            ? "there is memory again: replicas may be started"
                            : "memory is scarce: "
                                    + (live.usedBytes() >> 20)
                                    + " MiB of "
                                    + (live.maxBytes() >> 20)
                                    + " are in use; no replica is started");
        }
    }
}
