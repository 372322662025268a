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
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RESERVE_BYTES = 4 << 20;

    /** Code that does nothing but fill the heap fills a gigabyte in a second. */
    private static final long BUSY_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Where looks become busy, as a part of the soft mark. */
    private static final double BUSY_SHARE = 0.5;

    /**
     * A heap that would be full within so long, at the pace of so long, is looked into before it
     * is. What happens in a full heap cannot be said: each thread that allocates may be the one to
     * fail, the host's own too.
     */
    private static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

    /** What is new since the last collection must be worth another, as a part of the heap. */
    private static final double GROWN_SHARE = 0.04;

    /** Functions that declare how far their replicas may grow are looked at no more often. */
    private static final long GROWTH_LOOK_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long GROWTH_LEAST_BYTES = 8L << 20;

    /** How long the inputs of a replica that is to go have to end. */
    private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** When the memory of one that was ended should be free at the earliest. */
    private static final long FREED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** After so long one that was ended will not free its memory any more. */
    private static final long RELIEF_NANOS = TimeUnit.SECONDS.toNanos(3);

    /* Without a collection nobody learns that the heap has become free. */
    private static final long COLLECT_FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long COLLECT_LAST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final OldGeneration old = OldGeneration.ofThisJvm();
    private final MemoryGuard guard;
    private final double soft;
    private final double hard;
    private final Supplier<List<Pool<?>>> pools;
    private final Consumer<Boolean> tight;
    private final Allocations allocations = new Allocations();
    private final Thread thread;
    private volatile Pressure pressure = Pressure.NONE;
    private volatile boolean closed;
    private volatile byte @Nullable [] reserve = new byte[RESERVE_BYTES];

    // Confined to the thread

    private final IdleHeap idle;
    private final Pace pace = new Pace(AHEAD_NANOS);
    private long collections;
    private long collectedNanos;
    private long collectionNanos;
    private long collectAtNanos;
    private long collectEveryNanos = COLLECT_FIRST_NANOS;
    private long liveBytes;
    private long grownBytes;
    private @Nullable Victim victim;
    private long victimSinceNanos;
    private long victimUsedBytes;

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
        this.hard = Math.max(soft, marks.hard().of(heap));
        this.guard = new MemoryGuard(soft, hard);
        this.pools = pools;
        this.idle = new IdleHeap(old, System.nanoTime());
        this.liveBytes = heap.usedBytes();
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
            var wait = BUSY_LOOK_NANOS;
            try {
                look(System.nanoTime());
                wait = busy() ? BUSY_LOOK_NANOS : LOOK_NANOS;
            } catch (RuntimeException | Error _) {
                // The next look may do better; there may be no memory to tell of this one.
                reserve = null;
            }
            LockSupport.parkNanos(this, wait);
        }
    }

    private boolean busy() {
        return old.now().share() > BUSY_SHARE * soft;
    }

    private void look(long now) {
        var used = old.now();
        pace.add(now, used.usedBytes());
        if (fillsUp(used, now)) {
            stopAndJudge();
            return;
        }
        var collected = learn(now);
        if (!collected && mayLeak(used, now)) {
            collect();
            collected = learn(System.nanoTime());
        }
        if (old.now().share() < soft) {
            well();
            idle.look(now);
        } else if (collected) {
            judge(old.read(), now);
        } else if (pressure != Pressure.NONE) {
            press(now);
        }
    }

    /**
     * Lets no guest go on until it is known who fills the heap: what fills it as fast as it can is
     * faster than a collection and what comes after it.
     */
    private void stopAndJudge() {
        var held = pools.get();
        held.forEach(pool -> pool.hold(true));
        try {
            collect();
            var now = System.nanoTime();
            var _ = learn(now);
            if (foreseen(old.read(), now).share() >= soft) {
                judge(old.read(), now);
            }
        } finally {
            held.forEach(pool -> pool.hold(false));
        }
    }

    /** Takes in what a collection has left; returns whether there was one. */
    private boolean learn(long now) {
        var count = old.collections();
        if (count == collections) {
            return false;
        }
        collections = count;
        collectedNanos = now;
        collectAtNanos = now + collectEveryNanos;
        var live = old.read().usedBytes();
        grownBytes = Math.clamp(live - liveBytes, 0, pace.bytes());
        liveBytes = live;
        var all = pools.get();
        allocations.collected(live, all);
        allocations.tell(all);
        return true;
    }

    /** Whether it must be known now what is in use. */
    private boolean fillsUp(HeapReading used, long now) {
        if (used.usedBytes() - liveBytes <= GROWN_SHARE * used.maxBytes()) {
            return false;
        }
        // At most half of all time goes into collections, unless there is no time left.
        return !hasTime(used) || (used.share() > hard && now - collectedNanos > collectionNanos);
    }

    /** Whether a replica may have grown by more than its function declares. */
    private boolean mayLeak(HeapReading used, long now) {
        var grown = used.usedBytes() - liveBytes;
        if (grown < GROWTH_LEAST_BYTES || now - collectedNanos < GROWTH_LOOK_NANOS) {
            return false;
        }
        for (var pool : pools.get()) {
            var most = pool.maxHeapGrowthBytes();
            if (most > 0 && grown > most) {
                return true;
            }
        }
        return false;
    }

    private void collect() {
        var begun = System.nanoTime();
        System.gc();
        collectionNanos = System.nanoTime() - begun;
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
        var verdict = guard.decide(foreseen(live, now), snapshots, allocations);
        if (verdict.victim().isPresent()) {
            var chosen = verdict.victim().get();
            take(hasTime(old.now()) ? chosen : chosen.ended(), now);
        }
        become(verdict.pressure(), live);
    }

    /** What will be in use when what is done now takes effect. */
    private HeapReading foreseen(HeapReading live, long now) {
        var going = victim;
        var freed = going == null || relieved(now) ? 0 : going.bytes();
        var used = live.usedBytes() + grownBytes - freed;
        return new HeapReading(Math.max(0, used), live.maxBytes());
    }

    /** Nothing is known that is new, but memory was scarce when last it was. */
    private void press(long now) {
        var going = victim;
        if (going == null) {
            if (now - collectAtNanos > 0) {
                collectEveryNanos = Math.min(2 * collectEveryNanos, COLLECT_LAST_NANOS);
                collect();
            }
        } else if (!going.cut()) {
            if (now - victimSinceNanos > DRAIN_NANOS || old.now().usedBytes() > victimUsedBytes) {
                take(going.ended(), now);
            }
        } else if (now - Math.max(victimSinceNanos, collectedNanos) > FREED_NANOS) {
            collect();
        }
    }

    private boolean relieved(long now) {
        return now - victimSinceNanos > RELIEF_NANOS;
    }

    /** Whether the heap would not be full within a moment at the pace of the last one. */
    private boolean hasTime(HeapReading used) {
        return pace.bytes() <= used.maxBytes() - used.usedBytes();
    }

    private void take(Victim chosen, long now) {
        victim = chosen;
        victimSinceNanos = now;
        victimUsedBytes = old.now().usedBytes();
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
