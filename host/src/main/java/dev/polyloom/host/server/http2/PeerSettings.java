// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import java.util.Collection;

/** Applies what the client sets. Confined to the reading thread. */
final class PeerSettings {

    private final SendWindows windows;

    PeerSettings(SendWindows windows) {
        this.windows = windows;
    }

    /**
     * Applies the payload of a frame.
     *
     * @param open the streams whose windows move with it
     */
    void apply(byte[] payload, Collection<Http2Stream> open) throws Http2Exception {
        if (payload.length % 6 != 0) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a list of settings is cut");
        }
        for (var at = 0; at < payload.length; at += 6) {
            var value = Frames.number(payload, at + 2, 4);
            switch (Frames.number(payload, at, 2)) {
                case Frames.SETTINGS_ENABLE_PUSH, Frames.SETTINGS_ENABLE_CONNECT_PROTOCOL ->
                        check(value == 0 || value == 1);
                case Frames.SETTINGS_INITIAL_WINDOW_SIZE -> {
                    if (value < 0) {
                        throw new Http2Exception(
                                ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
                    }
                    windows.initial(value, open);
                }
                // Longer frames than every peer takes would only keep others waiting.
                case Frames.SETTINGS_MAX_FRAME_SIZE ->
                        check(
                                value >= Frames.PAYLOAD_BYTES_MAX
                                        && value <= Frames.PAYLOAD_BYTES_MOST);
                default -> {
                    // The host makes no pushes, keeps no table and sends no large heads.
                }
            }
        }
    }

    private static void check(boolean valid) throws Http2Exception {
        if (!valid) {
            throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "a setting has a wrong value");
        }
    }
}
