// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/**
 * What all WebSockets of a listener share.
 *
 * @param dispatcher takes them
 * @param monitor looks after them
 * @param config their limits
 */
record WsSetup(Dispatcher dispatcher, ConnectionMonitor monitor, WebSocketConfig config) {}
