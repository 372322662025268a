// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What a WebSocket handshake proves that it was read (RFC 6455, section 4.2.2). Pure functions. */
public final class WebSocketKeys {

    private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketKeys() {}

    /** The value of {@code Sec-WebSocket-Accept} for one of {@code Sec-WebSocket-Key}. */
    public static String acceptance(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            byte[] proof = digest.digest((key + SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(proof);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }
}
