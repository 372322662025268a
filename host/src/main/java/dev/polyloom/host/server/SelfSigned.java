// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Makes a certificate for this machine that signs itself.
 *
 * @param keys its keys
 * @param certificate the certificate
 */
record SelfSigned(KeyPair keys, Certificate certificate) {

    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ECDSA_WITH_SHA256 = "2a8648ce3d040302";
    private static final String COMMON_NAME = "550403";
    private static final String ALTERNATIVE_NAMES = "551d11";
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;

    /** Makes one that begins at a time. */
    static SelfSigned make(Instant now) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        var algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        var name =
                Der.sequence(
                        Der.of(
                                Der.SET,
                                Der.sequence(
                                        Der.oid(COMMON_NAME),
                                        Der.text(Der.UTF8_STRING, "polyloom"))));
        var body =
                Der.sequence(
                        Der.of(VERSION, Der.integer(BigInteger.TWO)),
                        Der.integer(new BigInteger(120, new SecureRandom()).setBit(0)),
                        algorithm,
                        name,
                        Der.sequence(time(now.minusSeconds(3_600)), time(now.plus(LIFETIME))),
                        name,
                        keys.getPublic().getEncoded(),
                        Der.of(EXTENSIONS, Der.sequence(alternativeNames())));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        var whole = Der.sequence(body, algorithm, Der.bitString(signature.sign()));
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(whole));
        return new SelfSigned(keys, certificate);
    }

    private static byte[] time(Instant instant) {
        return Der.text(Der.GENERALIZED_TIME, TIME.format(instant));
    }

    private static byte[] alternativeNames() {
        var names =
                Der.sequence(
                        Der.text(DNS_NAME, "localhost"),
                        Der.text(DNS_NAME, "*.localhost"),
                        Der.of(IP_ADDRESS, new byte[] {127, 0, 0, 1}),
                        Der.of(IP_ADDRESS, ByteBuffer.allocate(16).put(15, (byte) 1).array()));
        return Der.sequence(Der.oid(ALTERNATIVE_NAMES), Der.of(Der.OCTET_STRING, names));
    }
}
