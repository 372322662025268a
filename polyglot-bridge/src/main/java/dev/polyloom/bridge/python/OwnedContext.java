// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.graal.python.runtime.PythonContext;
import dev.polyloom.bridge.GuestError;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A Python context and the one platform thread that may touch it.
 *
 * <p>Thread-safe. The thread creates the context, runs what is {@linkplain #ask asked} of it, and
 * closes the context when it ends; {@link #kill} ends it from outside. The thread is {@linkplain
 * GuestEngine#abandoned abandoned} when even cancelling the context does not get it back.
 */
final class OwnedContext implements AutoCloseable {

    /**
     * Room for CPython's recursion limit of 1,000 Python frames in an interpreter of its own; only
     * what is used costs memory.
     */
    private static final long STACK_BYTES = 32L << 20;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final GuestEngine engine;
    private final PythonPlace place;
    private final List<String> preimports;
    private final Mailbox mailbox = new Mailbox();
    private final LineOutput out;
    private final LineOutput err;
    private final GuestProcesses processes;
    private final Thread thread;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile @Nullable Context context;
    private volatile @Nullable Value runtime;
    private final AtomicBoolean reaped = new AtomicBoolean();
    private volatile @Nullable GuestInterrupts interrupts;
    private volatile @Nullable GuestAllocations allocations;
    private volatile String purpose;
    private volatile boolean closing;
    private volatile @Nullable GuestError death;

    private OwnedContext(
            GuestEngine engine,
            PythonPlace place,
            List<String> preimports,
            String name,
            Consumer<String> output) {
        this.engine = engine;
        this.place = place;
        this.preimports = preimports;
        this.purpose = name;
        this.out = new LineOutput(output);
        this.err = new LineOutput(output);
        this.processes = new GuestProcesses(out, err);
        this.thread =
                Thread.ofPlatform()
                        .name(name)
                        .daemon(true)
                        .stackSize(STACK_BYTES)
                        .unstarted(this::run);
    }

    /** Starts a thread that makes a context and does the imports; returns at once. */
    static OwnedContext start(
            GuestEngine engine,
            PythonPlace place,
            List<String> preimports,
            String name,
            Consumer<String> output) {
        OwnedContext owned = new OwnedContext(engine, place, preimports, name, output);
        owned.thread.start();
        return owned;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** The programs that the guest starts. */
    GuestProcesses processes() {
        return processes;
    }

    /** Sends what the guest prints from now on somewhere else. */
    void output(Consumer<String> standard, Consumer<String> error) {
        out.sink(standard);
        err.sink(error);
    }

    /** False once the context is dead or about to be. */
    boolean alive() {
        return !closing && !ended.isDone();
    }

    /** Why the context died, if guest code was the cause. */
    @Nullable GuestError death() {
        return death;
    }

    /** What it runs from now on runs once, and is not worth compiling. */
    void starting() {
        engine.starting(thread);
    }

    /** Ends what {@link #starting} began. Idempotent. */
    void started() {
        engine.started(thread);
    }

    /** Says which function the context serves from now on. */
    void serves(String function) {
        purpose = function;
        GuestAllocations counted = allocations;
        if (counted != null) {
            counted.begin();
        }
    }

    /**
     * Raises an exception in the code that the owner thread runs, if it runs any and that is still
     * wanted when it comes to it. Returns at once; to be called again while nothing happens.
     */
    void interrupt(BooleanSupplier wanted) {
        GuestInterrupts ready = interrupts;
        if (ready != null && !closing) {
            ready.interrupt(wanted);
        }
    }

    /** What interrupts another thread of the guest; null when the context is about to end. */
    @Nullable GuestInterrupts interruptsOf(Thread other) {
        GuestInterrupts ready = interrupts;
        return ready == null || closing ? null : ready.of(other);
    }

    /**
     * Has all threads inside wait where they are, or go on, unless the context is about to end.
     * Returns at once.
     */
    void hold(boolean on) {
        GuestInterrupts ready = interrupts;
        if (ready != null && !closing) {
            ready.hold(on);
        }
    }

    /** Whether the code of an input that is still wanted keeps the owner thread. */
    boolean busyWithOther() {
        GuestInterrupts ready = interrupts;
        return ready != null && ready.spares();
    }

    /** How much its threads have allocated for the function that it serves. */
    OptionalLong allocatedBytes() {
        GuestAllocations counted = allocations;
        return counted == null ? OptionalLong.empty() : counted.bytes();
    }

    /** Completes when the owner thread has ended and the context is closed. */
    CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    /**
     * Runs a call on the owner thread with the guest's {@code Runtime} and waits for the result.
     *
     * @throws GuestFailure when the guest raises, or the context is dead
     * @throws TimeoutException when the bound passes; the context is then killed
     * @throws InterruptedException when the caller is interrupted; the context is then killed
     */
    <T> T ask(Duration bound, Function<Value, T> call)
            throws GuestFailure, TimeoutException, InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!tell(runtime -> answer.complete(call.apply(runtime)), answer::completeExceptionally)) {
            throw dead();
        }
        try {
            CompletableFuture.anyOf(answer, ended).get(bound.toNanos(), TimeUnit.NANOSECONDS);
            if (!answer.isDone()) {
                throw dead();
            }
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GuestFailure failure) {
                throw failure;
            }
            throw new GuestFailure(
                    GuestFaults.error("Error", String.valueOf(e.getCause()), null, 0, ""), e);
        } catch (TimeoutException | InterruptedException e) {
            kill();
            throw e;
        }
    }

    /**
     * Posts a call for the owner thread; false when the context is dead. What it throws goes to the
     * handler, the guest's as a {@link GuestFailure}.
     */
    boolean tell(Consumer<Value> call, Consumer<Throwable> failed) {
        return mailbox.post(() -> {
            try {
                call.accept(startedRuntime());
            } catch (PolyglotException e) {
                // Described here, and nothing of the guest's kept: reading it in another thread
                // would wait for the interpreter lock that this thread holds.
                failed.accept(new GuestFailure(GuestFaults.error(e), null));
                if (fatal(e)) {
                    throw e;
                }
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        });
    }

    private Value startedRuntime() {
        Value started = runtime;
        if (started == null) {
            throw new IllegalStateException("the context has not started");
        }
        return started;
    }

    private GuestFailure dead() {
        GuestError cause = death;
        return new GuestFailure(
                cause != null
                        ? cause
                        : GuestFaults.error("IsolateLost", "the isolate has ended", null, 0, ""),
                null);
    }

    private static boolean fatal(PolyglotException e) {
        return e.isExit() || e.isCancelled() || e.isInterrupted() || e.isResourceExhausted();
    }

    private void run() {
        starting();
        try {
            Context created = engine.newContext(place, out, err, processes);
            context = created;
            if (closing) {
                created.close(true);
                return;
            }
            try {
                live(created);
            } catch (PolyglotException e) {
                // Read while the context is open: the exception's guest object dies with it.
                if (!e.isCancelled()) {
                    death = GuestFaults.error(e);
                }
            } finally {
                mailbox.close();
                runtime = null;
                created.close(closing);
            }
        } catch (RuntimeException | Error e) {
            death = GuestFaults.error("HostError", String.valueOf(e), null, 0, "");
        } finally {
            closing = true;
            started();
            mailbox.close();
            processes.close();
            out.close();
            err.close();
            ended.complete(null);
        }
    }

    /**
     * Runs deliveries until the end. Outside the context while there are none: the engine waits for
     * the threads inside when another thread of the guest needs all of them.
     */
    private void live(Context created) {
        try (var _ = boot(created)) {
            while (!closing) {
                created.enter();
                try {
                    while (!closing && mailbox.deliver()) {
                        // There may be more of it.
                    }
                } finally {
                    created.leave();
                }
                if (!closing) {
                    mailbox.await();
                }
            }
        }
    }

    private LockTurns.Turns boot(Context created) {
        created.initialize("python");
        created.enter();
        try {
            engine.keepSources();
            Value booted =
                    created.eval(
                                    Source.newBuilder(
                                                    "python",
                                                    "from polyloom._runtime.boot import Runtime\nRuntime",
                                                    "polyloom-boot.py")
                                            .internal(true)
                                            .buildLiteral())
                            .newInstance(mailbox);
            booted.invokeMember("preimport", String.join(",", preimports));
            interrupts = GuestInterrupts.forOwner();
            allocations = new GuestAllocations(thread, PythonContext.get(null).getThreadGroup());
            runtime = booted;
            started();
            return engine.turns().ofContext();
        } finally {
            created.leave();
        }
    }

    /** Ends the thread in good order after what has been posted already. */
    void end() {
        mailbox.post(() -> closing = true);
    }

    /**
     * Ends a context that serves in good order: lets its loop end, then its shutdown run, then the
     * thread end.
     *
     * @param served completes when the guest's loop has returned: until then it may be in the
     *     middle of its deliveries, where nothing else can run it
     * @param grace bounds each of these
     */
    void leave(CompletableFuture<?> served, Duration grace)
            throws GuestFailure, TimeoutException, InterruptedException, ExecutionException {
        ask(grace, runtime -> runtime.invokeMember("stop"));
        served.get(grace.toNanos(), TimeUnit.NANOSECONDS);
        ask(grace, runtime -> runtime.invokeMember("shutdown"));
        end();
        ended.get(grace.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        end();
    }

    /** Cancels the context from outside; returns at once. Idempotent. */
    void kill() {
        closing = true;
        processes.close();
        mailbox.wake();
        if (reaped.compareAndSet(false, true)) {
            Thread.ofPlatform().name(thread.getName() + "-reaper").daemon(true).start(this::reap);
        }
    }

    private void reap() {
        Context victim = context;
        if (victim != null) {
            Thread closer =
                    Thread.ofPlatform()
                            .name(thread.getName() + "-closer")
                            .daemon(true)
                            .start(() -> closeCancelling(victim));
            try {
                if (!closer.join(CLOSE_MAX) || !thread.join(CLOSE_MAX)) {
                    engine.abandoned().add(thread, purpose);
                    ended.complete(null);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeCancelling(Context victim) {
        try {
            victim.close(true);
        } catch (PolyglotException | IllegalStateException _) {
            // It ends by being cancelled; there is nothing else to learn.
        }
    }
}
