// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/** Counts requests. Thread-safe, quick, never blocks. */
@FunctionalInterface
public interface ServerObserver {

    /**
     * An input of a function has ended.
     *
     * @param outcome the word of the access log
     * @param nanos from the request's head to the response's end
     */
    void inputEnded(String app, String function, String outcome, long nanos);
}
