// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Makes the TLS of a listener. Pure functions. */
final class TlsSetup {

    private TlsSetup() {}

    static Tls of(TlsConfig config) throws TlsFilesException {
        try {
            var context =
                    switch (config) {
                        case TlsConfig.Files(var certificate, var key) ->
                                context(PemFiles.key(key), PemFiles.certificates(certificate));
                        case TlsConfig.SelfSigned() -> {
                            var made = SelfSigned.make(Instant.now());
                            yield context(
                                    made.keys().getPrivate(),
                                    new Certificate[] {made.certificate()});
                        }
                    };
            return Tls.builder().sslContext(context).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFilesException("the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(PrivateKey key, Certificate[] chain)
            throws GeneralSecurityException, IOException, TlsFilesException {
        if (!key.getAlgorithm().equals(chain[0].getPublicKey().getAlgorithm())) {
            throw new TlsFilesException("the private key is not that of the certificate");
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("host", key, new char[0], chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
