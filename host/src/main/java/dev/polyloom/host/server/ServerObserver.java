// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

/** Counts requests. Thread-safe, quick, never blocks. */
public interface ServerObserver {

    /**
     * An input of a function has ended.
     *
     * @param outcome the word of the access log
     * @param nanos from the request's head to the response's end
     */
    void inputEnded(String app, String function, String outcome, long nanos);

    /**
     * An input was refused before it came to the function's pool.
     *
     * @param reason why, as a word
     */
    void inputRefused(String app, String function, String reason);
}
