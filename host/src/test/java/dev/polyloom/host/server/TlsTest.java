// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.host.embed.TestHost;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public listener with a certificate. */
final class TlsTest {

    private static final int EC_PARAMETERS = 0xa0;

    @TempDir static Path folder;

    private static TestHost host;
    private static SelfSigned made;
    private static SSLContext trust;

    @BeforeAll
    static void start() throws Exception {
        made = SelfSigned.make(Instant.now());
        var cert = pem(folder.resolve("cert.pem"), "CERTIFICATE", made.certificate().getEncoded());
        var key =
                pem(
                        folder.resolve("key.pem"),
                        "PRIVATE KEY",
                        made.keys().getPrivate().getEncoded());
        var source = Files.writeString(folder.resolve("t.py"), "head: head\necho: echo\n");
        host = TestHost.serve(source, config -> config.withTransport(with(cert, key)));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("host", made.certificate());
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        trust = SSLContext.getInstance("TLS");
        trust.init(null, managers.getTrustManagers(), null);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static TransportConfig with(Path cert, Path key) {
        return new TransportConfig(
                WebSocketConfig.DEFAULT, Optional.of(new TlsConfig.Files(cert, key)), true);
    }

    private static Path pem(Path file, String what, byte[] der) throws Exception {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    @ParameterizedTest
    @CsvSource({"HTTP_2, 2", "HTTP_1_1, 1.1"})
    void agreesOnTheVersionOfHttp(HttpClient.Version version, String told) throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(trust).version(version).build()) {
            var uri = URI.create("https://localhost:" + host.host.port() + "/t-head-dev/");
            var answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).startsWith("GET|https|" + told + "|");
        }
    }

    @Test
    void carriesWebSockets() throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(trust).build()) {
            var told = new CompletableFuture<String>();
            var listener =
                    new WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(
                                WebSocket socket, CharSequence data, boolean last) {
                            told.complete(data.toString());
                            return null;
                        }
                    };
            var uri = URI.create("wss://localhost:" + host.host.port() + "/t-echo-dev/");
            var socket = client.newWebSocketBuilder().buildAsync(uri, listener).join();
            socket.sendText("hello", true).join();
            assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("hello");
            socket.abort();
        }
    }

    /** Whoever agreed on HTTP/2 and speaks something else is not answered in HTTP/1. */
    @Test
    void holdsClientsToWhatTheyAgreedOn() throws Exception {
        try (var socket =
                (SSLSocket)
                        trust.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), host.host.port())) {
            socket.setSoTimeout((int) TestHost.BOUND.toMillis());
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            var all = socket.getInputStream().readAllBytes();
            assertThat(new String(all, US_ASCII)).doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void closesConnectionsThatDoNotSpeakTls() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), host.host.port())) {
            socket.setSoTimeout((int) TestHost.BOUND.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .doesNotContain("HTTP");
        }
    }

    @Test
    void makesACertificateForThisMachine() throws Exception {
        var certificate = (X509Certificate) made.certificate();
        certificate.checkValidity();
        certificate.verify(made.keys().getPublic());
        assertThat(certificate.getSubjectAlternativeNames().toString())
                .contains("localhost", "*.localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    private static PrivateKey read(String what, byte[] der) throws Exception {
        return PemFiles.key(pem(folder.resolve("some.pem"), what, der));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsPrivateKeysOfEveryKind(String algorithm) throws Exception {
        var key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
        assertThat(read("PRIVATE KEY", key.getEncoded())).isEqualTo(key);
        // What older tools write is the innermost part of it.
        var inner = Der.find(Der.find(key.getEncoded(), Der.SEQUENCE), Der.OCTET_STRING);
        if (algorithm.equals("RSA")) {
            assertThat(read("RSA PRIVATE KEY", inner)).isEqualTo(key);
        }
        if (algorithm.equals("EC")) {
            var parts = Der.find(inner, Der.SEQUENCE);
            var ids = Der.find(Der.find(key.getEncoded(), Der.SEQUENCE), Der.SEQUENCE);
            var curve = Arrays.copyOfRange(ids, 2 + Der.find(ids, Der.OID).length, ids.length);
            var old =
                    Der.sequence(
                            Der.integer(BigInteger.ONE),
                            Der.of(Der.OCTET_STRING, Der.find(parts, Der.OCTET_STRING)),
                            Der.of(EC_PARAMETERS, curve));
            var read = (ECPrivateKey) read("EC PRIVATE KEY", old);
            assertThat(read.getS()).isEqualTo(((ECPrivateKey) key).getS());
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        var empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
        assertThatThrownBy(() -> PemFiles.key(empty)).hasMessageContaining("has no private key");
        assertThatThrownBy(() -> PemFiles.certificates(empty)).hasMessageContaining("certificate");
        assertThatThrownBy(() -> PemFiles.key(folder.resolve("none.pem")))
                .hasMessageContaining("cannot read");
        assertThatThrownBy(() -> read("ENCRYPTED PRIVATE KEY", new byte[3]))
                .hasMessageContaining("encrypted");
        assertThatThrownBy(() -> read("PRIVATE KEY", new byte[3]))
                .hasMessageContaining("no known kind");
        var other = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        var key = pem(folder.resolve("other.pem"), "PRIVATE KEY", other.getEncoded());
        var config = new TlsConfig.Files(folder.resolve("cert.pem"), key);
        assertThatThrownBy(() -> TlsSetup.of(config))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContaining("not that of the certificate");
    }
}
