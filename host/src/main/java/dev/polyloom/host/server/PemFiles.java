// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads certificates and keys as the usual tools write them. Pure functions. */
final class PemFiles {

    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN ((?:RSA |EC |ENCRYPTED )?)PRIVATE KEY-----(.*?)-----END",
                    Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final String RSA = "2a864886f70d010101";
    private static final String EC = "2a8648ce3d0201";
    private static final int EC_PARAMETERS = 0xa0;

    private PemFiles() {}

    /** The certificates of a file, the host's own first. */
    static Certificate[] certificates(Path file) throws TlsFilesException {
        try {
            var found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read(file)));
            if (found.isEmpty()) {
                throw new TlsFilesException(file + " has no certificate");
            }
            return found.toArray(Certificate[]::new);
        } catch (CertificateException e) {
            throw new TlsFilesException(file + " has no readable certificate", e);
        }
    }

    /** The private key of a file. */
    static PrivateKey key(Path file) throws TlsFilesException {
        var pem = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new TlsFilesException(file + " has no private key");
        }
        try {
            var der = Base64.getMimeDecoder().decode(pem.group(2));
            return switch (pem.group(1)) {
                case "RSA " -> key(file, rsa(der));
                case "EC " -> key(file, ec(der));
                case "ENCRYPTED " ->
                        throw new TlsFilesException(
                                file + " is encrypted; write it without a passphrase");
                default -> key(file, der);
            };
        } catch (IllegalArgumentException e) {
            throw new TlsFilesException(file + " has no readable private key", e);
        }
    }

    private static byte[] read(Path file) throws TlsFilesException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TlsFilesException("cannot read " + file, e);
        }
    }

    private static PrivateKey key(Path file, byte[] pkcs8) throws TlsFilesException {
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException _) {
                // It is of another kind.
            }
        }
        throw new TlsFilesException(file + " has a private key of no known kind");
    }

    /** PKCS #8 around a key of PKCS #1. */
    private static byte[] rsa(byte[] der) {
        return pkcs8(Der.sequence(Der.oid(RSA), Der.of(0x05)), der);
    }

    /** PKCS #8 around a key of SEC 1, which names its curve within. */
    private static byte[] ec(byte[] der) {
        var parameters = Der.find(Der.find(der, Der.SEQUENCE), EC_PARAMETERS);
        return pkcs8(Der.sequence(Der.oid(EC), parameters), der);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] der) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.of(Der.OCTET_STRING, der));
    }
}
