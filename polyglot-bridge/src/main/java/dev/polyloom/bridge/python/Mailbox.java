// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * What reaches an owner thread: deliveries posted by any thread, run in order by the owner alone.
 *
 * <p>{@link #post} is thread-safe; the methods marked for the guest are confined to the owner
 * thread, but for {@link #wake}. Public only because the engine lets a guest call nothing else.
 */
public final class Mailbox {

    /** A piece of work for the owner thread. */
    @FunctionalInterface
    interface Delivery {
        /** Runs on the owner thread, inside the context. */
        void run();
    }

    /** Whatever else goes wrong, a waiting owner looks again after so long. */
    private static final long WAIT_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

    /** So that the loop's own callbacks are not starved by a stream of deliveries. */
    private static final int DELIVERIES_MAX = 64;

    private static final int CONNECT_MILLIS_MAX = 5_000;

    private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();

    /** The owner while it waits or is about to; whoever posts must unpark it. */
    private volatile @Nullable Thread waiting;

    private volatile boolean woken;
    private volatile boolean armed;
    private volatile boolean closed;
    private volatile boolean ending;
    private @Nullable ServerSocketChannel wakeServer;
    private @Nullable SocketChannel waker;

    /** Adds a delivery; false when the mailbox is closed, and then it will not run. */
    boolean post(Delivery delivery) {
        if (closed) {
            return false;
        }
        queue.add(delivery);
        alert();
        // A close between the check and the add: the delivery may or may not have been seen by it.
        return !closed || !queue.remove(delivery);
    }

    /** Refuses further deliveries and drops those waiting. */
    void close() {
        closed = true;
        queue.clear();
        closeQuietly(waker);
        closeQuietly(wakeServer);
    }

    /**
     * The guest's code has raised what ends the isolate: what it has not begun is not for it any
     * more. To be called before anyone hears of it.
     */
    @HostAccess.Export
    public void end() {
        ending = true;
    }

    /** Whether the guest's end has come, although deliveries still run. */
    boolean ending() {
        return ending;
    }

    /** Waits for a delivery at most so many seconds, negative for long. */
    @HostAccess.Export
    public void rest(double timeoutSeconds) {
        long nanos =
                timeoutSeconds < 0
                        ? WAIT_NANOS_MAX
                        : Math.min(WAIT_NANOS_MAX, (long) (timeoutSeconds * 1e9));
        waiting = Thread.currentThread();
        GuestWaits.await(this, nanos, this::hasMail);
        waiting = null;
        woken = false;
    }

    /**
     * Waits for deliveries without running them; may return early. For an owner that is outside its
     * context.
     */
    void await() {
        Thread self = Thread.currentThread();
        waiting = self;
        if (!hasMail()) {
            LockSupport.parkNanos(this, WAIT_NANOS_MAX);
            // One that was meant for what ran in the context before would make every wait return.
            boolean _ = Thread.interrupted();
        }
        waiting = null;
        woken = false;
    }

    private boolean hasMail() {
        return woken || !queue.isEmpty();
    }

    /** Runs some of what is waiting, if anything is; whether there was something. */
    @HostAccess.Export
    public boolean deliver() {
        int count = 0;
        while (count < DELIVERIES_MAX) {
            Delivery delivery = queue.poll();
            if (delivery == null) {
                break;
            }
            delivery.run();
            count++;
        }
        return count > 0;
    }

    /** Makes a {@link #rest} return. */
    @HostAccess.Export
    public void wake() {
        woken = true;
        alert();
    }

    /** Opens the loopback port that the guest's selector connects to; at most once. */
    @HostAccess.Export
    public int wakePort() {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            wakeServer = server;
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            return ((InetSocketAddress) server.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * From now on each delivery sends a byte to the guest's selector; false when some are waiting
     * already.
     */
    @HostAccess.Export
    public boolean arm() {
        if (waker == null) {
            acceptWaker();
        }
        armed = true;
        return queue.isEmpty() && !woken;
    }

    /** Ends what {@link #arm} began. */
    @HostAccess.Export
    public void disarm() {
        armed = false;
        woken = false;
    }

    private void acceptWaker() {
        ServerSocketChannel server = wakeServer;
        if (server == null) {
            throw new IllegalStateException("the wake port is not open");
        }
        try {
            server.socket().setSoTimeout(CONNECT_MILLIS_MAX);
            SocketChannel accepted = server.socket().accept().getChannel();
            accepted.configureBlocking(false);
            waker = accepted;
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void alert() {
        Thread owner = waiting;
        if (owner != null) {
            LockSupport.unpark(owner);
        } else if (armed) {
            SocketChannel channel = waker;
            if (channel != null) {
                try {
                    // A full buffer is fine: the selector is being woken by what is in it.
                    int _ = channel.write(ByteBuffer.wrap(new byte[1]));
                } catch (IOException _) {
                    // The guest closed its loop; it ends with the context.
                }
            }
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        if (closeable == null) {
            return;
        }
        try {
            closeable.close();
        } catch (Exception _) {
            // Nothing is lost with a socket that does not close.
        }
    }
}
