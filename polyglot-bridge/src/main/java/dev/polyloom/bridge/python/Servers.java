// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.proxy.HostPorts;
import dev.polyloom.bridge.proxy.ReplicaNetworks;

/**
 * What all functions with a server of their own share.
 *
 * @param networks makes a network for each replica
 * @param ports tells whose a port of the host is
 * @param watchdog ends requests that take too long
 */
record Servers(ReplicaNetworks networks, HostPorts ports, Watchdog watchdog) {}
