// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/** A lease on a replica of a {@link Pool}. Thread-safe. */
final class PoolLease<I extends Isolate> implements Lease<I> {

    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(PoolLease.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AdmissionQueue<I> queue;
    private final Replica<I> replica;
    private final long queuedNanos;
    private final long startingNanos;
    private final boolean cold;

    @SuppressWarnings("UnusedVariable") // read and written through CLOSED
    private volatile boolean closed;

    PoolLease(
            AdmissionQueue<I> queue,
            Replica<I> replica,
            long queuedNanos,
            long startingNanos,
            boolean cold) {
        this.queue = queue;
        this.replica = replica;
        this.queuedNanos = queuedNanos;
        this.startingNanos = startingNanos;
        this.cold = cold;
    }

    @Override
    public I isolate() {
        return replica.isolate;
    }

    @Override
    public Duration queued() {
        return Duration.ofNanos(queuedNanos);
    }

    @Override
    public Duration starting() {
        return Duration.ofNanos(startingNanos);
    }

    @Override
    public boolean cold() {
        return cold;
    }

    @Override
    public void invalidate(String cause) {
        queue.invalidate(replica, cause);
    }

    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            queue.release(replica);
        }
    }
}
