// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.HttpExchange;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.ClientGone;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.python.ResponseEvent.Ended;
import dev.polyloom.bridge.python.ResponseEvent.Finish;
import dev.polyloom.bridge.python.ResponseEvent.Hint;
import dev.polyloom.bridge.python.ResponseEvent.Reason;
import dev.polyloom.bridge.python.ResponseEvent.Start;
import dev.polyloom.bridge.python.ResponseEvent.Whole;
import dev.polyloom.bridge.python.ResponseEvent.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through an isolate.
 *
 * <p>The virtual thread that brought it runs {@link #serve} and alone touches the {@link
 * HttpExchange}'s writing side; what the guest asks of the body comes through a {@link GuestBody}.
 * The methods exported to the guest are confined to the thread that runs its code, which is the
 * owner or one {@linkplain #apart apart}; {@code cycle} is the owner's.
 */
public final class GuestExchange implements InputTracker.Tracked {

    /** A guest that lets the loop turn hears of the end sooner than that. */
    private static final long HEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final String CANCELLATION = "InputCancellation";

    private final HttpExchange exchange;
    private final Mailbox mailbox;
    private final GuestBody body;
    private final GuestResponse response;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Beginning beginning = new Beginning();
    private final boolean alone;
    private final Runnable left;
    private volatile boolean gone;
    private volatile long startedNanos;
    private volatile boolean delivering;

    /** How it ends unless it ends well, once it has been cancelled. */
    private volatile @Nullable InputOutcome cancelled;

    /** When the guest was told of its end ahead of time, 0 when it was not or has heard it. */
    private volatile long untoldNanos;

    /** What the guest's code was at when it was cancelled. */
    private volatile @Nullable GuestError lastWords;

    /** The thread that runs the input's code, where it is not the owner's. */
    private volatile @Nullable Thread worker;

    /** Confined to the thread that looks for late inputs. */
    private @Nullable GuestInterrupts workerInterrupts;

    private @Nullable Value cycle;

    /**
     * A request that has not been given to the guest.
     *
     * @param alone whether the owner thread runs no other input meanwhile
     * @param thread will serve it
     * @param left is run once the guest's code is done with it, unless the isolate ends by that
     */
    GuestExchange(
            HttpExchange exchange, Mailbox mailbox, boolean alone, Thread thread, Runnable left) {
        this.exchange = exchange;
        this.mailbox = mailbox;
        this.alone = alone;
        this.left = left;
        this.body = new GuestBody(exchange, this::clientGone);
        this.response = new GuestResponse(exchange, thread, new Ends());
    }

    /** Gives the request to the guest; runs on the owner thread. */
    void deliver(Value onRequest, String head) {
        if (!beginning.begin()) {
            return;
        }
        startedNanos = System.nanoTime();
        if (gone) {
            end(new ClientGone());
        }
        if (ended.get()) {
            return;
        }
        delivering = true;
        try {
            Value result = onRequest.execute(this, head, exchange.contentLength() != 0);
            if (!result.isNull()) {
                cycle = result;
            }
        } finally {
            delivering = false;
        }
    }

    /** Carries out what the guest asks for until the input has ended. */
    InputOutcome serve() throws InterruptedException {
        exchange.onClientGone(this::clientGone);
        InputOutcome outcome = response.serve();
        return outcome instanceof Completed && gone ? new ClientGone() : outcome;
    }

    private void clientGone() {
        if (!gone) {
            gone = true;
            tellEnd("on_gone");
            response.wake();
            body.wake();
        }
    }

    private void tellEnd(String method) {
        untoldNanos = System.nanoTime() | 1;
        mailbox.post(() -> {
            untoldNanos = 0;
            tellCycle(method);
        });
    }

    private final class Ends implements GuestResponse.Listener {

        @Override
        public boolean over() {
            return gone || ended.get();
        }

        @Override
        public boolean unwanted() {
            return gone;
        }

        @Override
        public void drained() {
            mailbox.post(() -> tellCycle("on_drained"));
        }

        @Override
        public void broken() {
            clientGone();
        }

        @Override
        public void refused(InputOutcome outcome) {
            end(outcome);
        }
    }

    private void tellCycle(String method) {
        if (cycle != null) {
            cycle.invokeMember(method);
        }
    }

    @Override
    public void end(InputOutcome outcome) {
        if (ended.compareAndSet(false, true)) {
            InputOutcome why = cancelled;
            response.put(new Ended(why != null && outcome instanceof AppFailed ? why : outcome));
        }
    }

    @Override
    public Beginning beginning() {
        return beginning;
    }

    /** What the guest has done with is no matter of its time any more. */
    @Override
    public long startedNanos() {
        return ended.get() ? 0 : startedNanos;
    }

    @Override
    public void cancel(InputOutcome outcome) {
        if (cancelled == null) {
            cancelled = outcome;
            tellEnd("cancel");
        }
    }

    @Override
    public boolean unheard(long nowNanos) {
        long told = untoldNanos;
        return told != 0
                && startedNanos != 0
                && nowNanos - told > HEAR_NANOS
                && !ended.get()
                && (unwanted() || delivering);
    }

    @Override
    public void interruptApart(OwnedContext owned) {
        Thread thread = worker;
        if (thread == null || cancelled == null) {
            return;
        }
        GuestInterrupts interrupts = workerInterrupts;
        if (interrupts == null) {
            interrupts = owned.interruptsOf(thread);
            workerInterrupts = interrupts;
        }
        if (interrupts != null) {
            // Asked on the thread itself: it may have gone on to another input.
            interrupts.interrupt(() -> thread.equals(worker));
        }
    }

    /** Whether the calling thread, which is not the owner, runs the input's code from now on. */
    @HostAccess.Export
    public void apart(boolean runs) {
        worker = runs ? Thread.currentThread() : null;
    }

    /** Whether its code may be interrupted, because nobody waits for it any more. */
    @HostAccess.Export
    public boolean unwanted() {
        return cancelled != null || (gone && alone);
    }

    /** Where the guest's code was when it was cancelled, if it said so. */
    @Nullable GuestError lastWords() {
        return lastWords;
    }

    /** Sends a whole response. */
    @HostAccess.Export
    public void respond(int status, String headers, Value body) {
        response.put(new Whole(status, FlatHead.headers(headers), GuestBytes.of(body)));
    }

    /** Sends a whole response whose body is ASCII; the guest takes long to make bytes of that. */
    @HostAccess.Export
    public void respondText(int status, String headers, String text) {
        byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
        response.put(new Whole(status, FlatHead.headers(headers), body));
    }

    /** Sends a file as a whole response. */
    @HostAccess.Export
    public void respondFile(int status, String headers, String path) {
        response.put(new WholeFile(status, FlatHead.headers(headers), Path.of(path)));
    }

    /** Tells fields that the response will have. */
    @HostAccess.Export
    public void hint(String headers) {
        response.put(new Hint(FlatHead.headers(headers)));
    }

    /** Gives the words for a status, before a response that has it. */
    @HostAccess.Export
    public void reason(int status, String phrase) {
        response.put(new Reason(status, phrase));
    }

    /** Starts a response. */
    @HostAccess.Export
    public void start(int status, String headers) {
        response.put(new Start(status, FlatHead.headers(headers)));
    }

    /** Queues a piece of the body; false when the guest should wait for {@code on_drained}. */
    @HostAccess.Export
    public boolean write(Value piece) {
        return response.write(GuestBytes.of(piece));
    }

    /**
     * Queues a piece of the body and blocks while the client is slow; false when the client has
     * gone.
     */
    @HostAccess.Export
    public boolean writeAndWait(Value piece) {
        response.writeAndWait(GuestBytes.of(piece));
        return !gone;
    }

    /** Ends the body. */
    @HostAccess.Export
    public void finish() {
        response.put(new Finish(Headers.EMPTY));
    }

    /** Ends the body with fields after it. */
    @HostAccess.Export
    public void finishWith(String trailers) {
        response.put(new Finish(FlatHead.headers(trailers)));
    }

    /** The whole request body if all of it has come and none was read, else null. */
    @HostAccess.Export
    public @Nullable String bodyAtHand() {
        return body.atHand();
    }

    /** Asks for the next piece of the request body, which arrives through {@code on_body}. */
    @HostAccess.Export
    public void pull() {
        body.pull(piece ->
                mailbox.post(() -> {
                    if (cycle != null) {
                        cycle.invokeMember("on_body", piece.bytes(), piece.last());
                    }
                }));
    }

    /** The next piece of the request body, null at its end; blocks the calling thread. */
    @HostAccess.Export
    public @Nullable String readAndWait() {
        return body.await(() -> gone || ended.get());
    }

    /** Whether {@link #readAndWait} has come to the end of the body. */
    @HostAccess.Export
    public boolean bodyEnded() {
        return body.ended();
    }

    /** The application has returned. */
    @HostAccess.Export
    public void done() {
        end(new Completed());
        left.run();
    }

    /** The application has failed. */
    @HostAccess.Export
    public void fail(
            String type, String message, @Nullable String file, int line, String traceback) {
        GuestError error = GuestFaults.error(type, message, file, line, traceback);
        if (cancelled != null) {
            lastWords = error;
        }
        end(gone && type.equals(CANCELLATION) ? new ClientGone() : new AppFailed(error));
        if (!mailbox.ending()) {
            left.run();
        }
    }
}
