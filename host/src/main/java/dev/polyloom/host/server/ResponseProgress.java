// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;

/**
 * How far a response has come, and how long a body it has promised: the same for every protocol.
 * Confined to the thread that answers, but for what others may ask.
 */
final class ResponseProgress {

    private final boolean bodyUnwanted;
    private volatile int status;
    private volatile boolean finished;
    private long promised = -1;
    private long bytesOut;

    /**
     * Of a response that has not begun.
     *
     * @param method the request's method
     */
    ResponseProgress(String method) {
        this.bodyUnwanted = method.equals("HEAD");
    }

    // Any thread may ask

    /** The status that was sent, 0 when none was. */
    int status() {
        return status;
    }

    boolean started() {
        return status != 0;
    }

    boolean finished() {
        return finished;
    }

    /** Whether it was begun and not ended. */
    boolean unfinished() {
        return status != 0 && !finished;
    }

    /** An action that does nothing once the client has all it asked for, and so may leave. */
    Runnable unlessFinished(Runnable action) {
        return () -> {
            if (!finished) {
                action.run();
            }
        };
    }

    // The head

    /** Whether the request asks for the head alone. */
    boolean bodyUnwanted() {
        return bodyUnwanted;
    }

    /** Whether a response of this status has no body, whatever the app sends. */
    boolean bodiless(int code) {
        return bodyUnwanted || ResponseHeads.bodiless(code);
    }

    /**
     * Refuses a head that cannot be sent.
     *
     * @throws IllegalStateException when there was one already
     * @throws IllegalArgumentException when it would break the protocol
     */
    void check(int code, Headers sent) {
        if (status != 0) {
            throw new IllegalStateException("a response was started");
        }
        ResponseHeads.check(code, sent);
    }

    /**
     * Whether a field that the host knows is sent as the app gave it.
     *
     * @param known what it is to the host
     * @param length the body's length, -1 when it is not known
     */
    boolean keeps(int known, int code, String value, long length) {
        if ((known & ResponseHeads.HOP_BY_HOP) != 0) {
            return false;
        }
        if ((known & ResponseHeads.CONTENT_LENGTH) == 0) {
            return true;
        }
        if (code == 204) {
            return false;
        }
        if (bodyUnwanted || code == 304) {
            return true;
        }
        var told = length(value);
        if (length >= 0 ? told != length : promised >= 0 || told < 0) {
            return false;
        }
        promised = told;
        return true;
    }

    private static long length(String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /** Whether the client was told the body's length. */
    boolean promised() {
        return promised >= 0;
    }

    /** The client is told the body's length. */
    void promise(long length) {
        promised = length;
    }

    /** The head is complete. */
    void begun(int code) {
        status = code;
    }

    // The body

    /** The body bytes that were sent. */
    long bytesOut() {
        return bytesOut;
    }

    /** The whole of it goes with the head. */
    void whole(int length) {
        bytesOut = length;
    }

    /**
     * Counts a piece before it is sent.
     *
     * @return false when there is nothing to send of it
     * @throws IllegalStateException when it has no place
     */
    boolean takes(int length) {
        if (status == 0) {
            throw new IllegalStateException("there is no response to write to");
        }
        if (length == 0 || bodiless(status)) {
            return false;
        }
        if (finished) {
            throw new IllegalStateException("the response has ended");
        }
        if (promised >= 0 && bytesOut + length > promised) {
            throw new IllegalStateException("the body is longer than its content-length");
        }
        bytesOut += length;
        return true;
    }

    /**
     * Ends the body.
     *
     * @return false when it has ended already
     * @throws IllegalStateException when it cannot end here
     */
    boolean ends() {
        if (finished) {
            return false;
        }
        if (status == 0) {
            throw new IllegalStateException("there is no response to end");
        }
        if (!bodiless(status) && promised >= 0 && bytesOut < promised) {
            throw new IllegalStateException("the body is shorter than its content-length");
        }
        finished = true;
        return true;
    }

    /** Nothing more is to come, whatever was promised. */
    void end() {
        finished = true;
    }
}
