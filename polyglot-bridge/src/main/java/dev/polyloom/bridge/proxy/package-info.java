// SPDX-License-Identifier: Apache-2.0
/**
 * Functions that are served by a server of their own: where its processes find the network, and the
 * way of a request to its port.
 *
 * <p>A {@link dev.polyloom.bridge.proxy.ReplicaNetwork} belongs to one replica. Where the platform
 * allows, it is a network namespace, so that every replica can listen on the same port; a small
 * process in it, the {@code Forwarder}, carries connections in and ends everything else that runs
 * there; an {@code OutboundTool} or the {@code Outlet} is the way out. A {@link
 * dev.polyloom.bridge.proxy.PortProxy} carries requests and WebSocket connections to whatever a
 * {@link dev.polyloom.bridge.proxy.Dialer} reaches. Nothing here knows a guest language.
 */
@NullMarked
package dev.polyloom.bridge.proxy;

import org.jspecify.annotations.NullMarked;
