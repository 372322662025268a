// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/**
 * What all HTTP/1 connections of a listener share.
 *
 * @param dispatcher takes their requests
 * @param monitor ends the slow ones
 * @param date makes the date
 * @param bodyBytesMax the longest body
 * @param headerBytesMax the longest head
 * @param webSockets what the connections that become WebSockets share
 */
record Http1Setup(
        Dispatcher dispatcher,
        ConnectionMonitor monitor,
        DateField date,
        long bodyBytesMax,
        int headerBytesMax,
        WsSetup webSockets) {}
