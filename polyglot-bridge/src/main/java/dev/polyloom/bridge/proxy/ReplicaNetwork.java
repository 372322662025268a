// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network that the processes of one replica see, and what ends them. Thread-safe; closed by its
 * owner.
 */
public sealed interface ReplicaNetwork extends AutoCloseable
        permits NamespaceNetwork, SharedNetwork {

    /** The variable with the address at which processes find the host's own loopback services. */
    String HOST_VARIABLE = "POLYLOOM_HOST";

    /** The variables that name a proxy. */
    Set<String> PROXY_NAMES =
            Set.of(
                    "http_proxy",
                    "https_proxy",
                    "all_proxy",
                    "HTTP_PROXY",
                    "HTTPS_PROXY",
                    "ALL_PROXY");

    /** Whether no other process listens on its ports. */
    boolean own();

    /** The command that runs a command in it. */
    List<String> inside(List<String> command);

    /** Variables that every process in it must have. */
    Map<String, String> variables();

    /** Variables with a proxy that HTTP clients in it are to use; none where they need none. */
    Map<String, String> proxyVariables();

    /** Adds the variables to the environment of a process; a proxy that it names stays. */
    default void complete(Map<String, String> environment) {
        environment.putAll(variables());
        if (Collections.disjoint(environment.keySet(), PROXY_NAMES)) {
            proxyVariables().forEach(environment::putIfAbsent);
        }
    }

    /**
     * A connection to a port of its loopback address, which the caller must close.
     *
     * @throws IOException when nothing listens there
     */
    SocketChannel connect(int port) throws IOException;

    /** Whether it has been closed. */
    boolean closed();

    /**
     * Kills all processes in it, however they came there. Blocks a few seconds at most, a second
     * call until the first has done it.
     */
    @Override
    void close();
}
