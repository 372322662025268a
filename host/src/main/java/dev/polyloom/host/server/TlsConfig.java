// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.nio.file.Path;

/** Where the public listener's certificate comes from. */
public sealed interface TlsConfig {

    /**
     * PEM files.
     *
     * @param certificate the certificate, and those between it and its root after it
     * @param key its private key, unencrypted
     */
    record Files(Path certificate, Path key) implements TlsConfig {}

    /** One that is made when the host starts, for development. Nobody trusts it. */
    record SelfSigned() implements TlsConfig {}
}
