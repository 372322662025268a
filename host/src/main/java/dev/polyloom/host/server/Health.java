// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/** What the admin listener tells. Thread-safe. */
public interface Health {

    /** Empty while the host is well; else why it should be started again. */
    String unhealthy();

    /** Empty when the host can serve; else why it cannot, such as {@code starting}. */
    String notReady();

    /** The metrics in Prometheus' text format. */
    String metrics();
}
