// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.proxy.Dialer;
import dev.polyloom.bridge.proxy.HostPorts;
import dev.polyloom.bridge.proxy.ReplicaNetwork;
import dev.polyloom.bridge.proxy.ReplicaNetworks;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a replica's server may listen: on the declared port of the replica's own network, or on the
 * host's, where it is also asked to use a spare one. Confined to the thread that starts the
 * replica.
 *
 * <p>A server in the function's own process always uses the host's network, and so does every
 * server where there is no network for each replica. There the declared port may be somebody
 * else's.
 */
final class PortSearch {

    private final HostPorts ports;
    private final HostPorts.Holder replica;
    private final int declared;
    private final int spare;
    private final boolean foreign;
    private boolean clash;

    /**
     * Takes a spare port, and has an earlier generation of the function give the declared one up.
     *
     * @param bound how long to wait for a later generation that has it
     */
    PortSearch(HostPorts ports, HostPorts.Holder replica, int declared, Duration bound)
            throws IOException, InterruptedException {
        this.ports = ports;
        this.replica = replica;
        this.declared = declared;
        ports.succeed(declared, replica, bound);
        this.foreign = ports.holder(declared).isEmpty() && listens(declared);
        this.spare = ports.spare(replica);
    }

    /** The port of the host that is this replica's alone. */
    int spare() {
        return spare;
    }

    /** Whether the declared port of the host is somebody else's. */
    boolean clash() {
        return clash || foreign;
    }

    /** The way to the server, once it listens. */
    Optional<Dialer> found(ReplicaNetwork network) {
        if (network.own()) {
            for (int port : new int[] {declared, spare}) {
                if (answers(() -> network.connect(port))) {
                    return Optional.of(() -> network.connect(port));
                }
            }
        }
        if (listens(spare)) {
            return Optional.of(() -> ReplicaNetworks.connectOnHost(spare));
        }
        if (!foreign && listens(declared)) {
            if (ports.claim(declared, replica)) {
                return Optional.of(() -> ReplicaNetworks.connectOnHost(declared));
            }
            clash = true;
        }
        return Optional.empty();
    }

    private static boolean listens(int port) {
        return answers(() -> ReplicaNetworks.connectOnHost(port));
    }

    private static boolean answers(Dialer dialer) {
        try (SocketChannel _ = dialer.dial()) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
