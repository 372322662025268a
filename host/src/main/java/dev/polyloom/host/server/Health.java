// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/** What the admin listener tells. Thread-safe. */
public interface Health {

    /** Empty when the host can serve; else why it cannot, such as {@code starting}. */
    String notReady();

    /** The metrics in Prometheus' text format. */
    String metrics();
}
