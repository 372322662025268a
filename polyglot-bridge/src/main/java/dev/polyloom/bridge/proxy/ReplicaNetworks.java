// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import dev.polyloom.bridge.proxy.NamespaceNetwork.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes a network for each replica, by the best way that the platform allows. Which that is, is
 * found out with the first one. Thread-safe.
 */
public final class ReplicaNetworks implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ReplicaNetworks.class.getName());

    /**
     * How networks are made, once that is known: by what programs, if at all.
     *
     * @param outbound what connects them to the outside, if anything does
     */
    private record Way(Optional<Tools> tools, Optional<Outbound.Tool> outbound) {

        static final Way SHARED = new Way(Optional.empty(), Optional.empty());
    }

    private final ReentrantLock trying = new ReentrantLock();
    private final Set<ReplicaNetwork> opened = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Way way;
    private volatile boolean closed;

    /** Knows nothing of the platform yet. */
    public ReplicaNetworks() {}

    /** From now on all replicas share the host's network, whatever the platform allows. */
    public void share() {
        way = Way.SHARED;
    }

    /** A connection to a port of the host's own loopback address, which the caller must close. */
    public static SocketChannel connectOnHost(int port) throws IOException {
        return SharedNetwork.loopback(port);
    }

    /**
     * A new network, which the caller must close. Takes a moment.
     *
     * @throws InterruptedException when the caller gives up; nothing is left behind
     */
    public ReplicaNetwork open() throws InterruptedException {
        ReplicaNetwork network = make();
        opened.removeIf(ReplicaNetwork::closed);
        opened.add(network);
        if (closed) {
            network.close();
        }
        return network;
    }

    private ReplicaNetwork make() throws InterruptedException {
        Way known = way;
        if (known == null) {
            trying.lockInterruptibly();
            try {
                known = way;
                if (known == null) {
                    return first();
                }
            } finally {
                trying.unlock();
            }
        }
        if (known.tools().isPresent()) {
            try {
                return connected(NamespaceNetwork.open(known.tools().get()), known.outbound());
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a replica shares the host's network: " + e.getMessage());
            }
        }
        return new SharedNetwork();
    }

    private ReplicaNetwork first() throws InterruptedException {
        String reason = "the programs unshare, nsenter and setsid are not there";
        for (boolean user : List.of(false, true)) {
            Optional<Tools> tried = Tools.find(user);
            if (tried.isPresent()) {
                try {
                    return first(tried.get());
                } catch (IOException e) {
                    reason = String.valueOf(e.getMessage());
                }
            }
        }
        way = Way.SHARED;
        LOG.log(
                System.Logger.Level.INFO,
                "replicas with @web_server share the host's network, where each needs a port of its"
                        + " own: "
                        + reason);
        return new SharedNetwork();
    }

    private ReplicaNetwork first(Tools tools) throws IOException, InterruptedException {
        NamespaceNetwork network = NamespaceNetwork.open(tools);
        boolean done = false;
        try {
            Optional<Outbound.Tool> outbound = OutboundSearch.connect(network);
            if (outbound.isPresent()) {
                resolve(network);
            } else {
                network.proxy();
            }
            way = new Way(Optional.of(tools), outbound);
            done = true;
            return network;
        } finally {
            if (!done) {
                network.close();
            }
        }
    }

    /** Names are found inside as they are outside, by the name servers of this moment. */
    private static void resolve(NamespaceNetwork network) throws InterruptedException {
        SequencedMap<InetAddress, InetSocketAddress> resolvers = new LinkedHashMap<>();
        Resolvers.onLoopback().forEach(each -> resolvers.put(each, Outlet.resolver(each)));
        if (!resolvers.isEmpty()) {
            try {
                network.resolve(resolvers);
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a replica with @web_server cannot resolve names: " + e.getMessage());
            }
        }
    }

    private static NamespaceNetwork connected(
            NamespaceNetwork network, Optional<Outbound.Tool> outbound)
            throws InterruptedException {
        boolean done = false;
        try {
            if (outbound.isPresent()) {
                network.connectOut(outbound.get());
                resolve(network);
            } else {
                network.proxy();
            }
            done = true;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a replica with @web_server cannot connect out: " + e.getMessage());
            done = true;
        } finally {
            if (!done) {
                network.close();
            }
        }
        return network;
    }

    /** Closes those that nobody has closed. Blocks a few seconds at most for each. */
    @Override
    public void close() {
        closed = true;
        opened.parallelStream().forEach(ReplicaNetwork::close);
    }
}
