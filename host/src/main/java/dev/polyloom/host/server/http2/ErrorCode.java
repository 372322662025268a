// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

/** Why a stream or connection ends, as the protocol numbers it. */
public final class ErrorCode {

    /** Nothing is wrong. */
    public static final int NO_ERROR = 0x0;

    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 0x1;

    /** The host failed. */
    public static final int INTERNAL_ERROR = 0x2;

    static final int FLOW_CONTROL_ERROR = 0x3;
    static final int SETTINGS_TIMEOUT = 0x4;
    static final int STREAM_CLOSED = 0x5;
    static final int FRAME_SIZE_ERROR = 0x6;
    static final int REFUSED_STREAM = 0x7;

    /** Nobody wants the stream any more. */
    public static final int CANCEL = 0x8;

    static final int COMPRESSION_ERROR = 0x9;
    static final int ENHANCE_YOUR_CALM = 0xb;

    private ErrorCode() {}
}
