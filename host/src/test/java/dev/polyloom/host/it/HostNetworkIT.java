// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Servers behind a port where replicas have no networks of their own; TLS and HTTP/2 in front. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class HostNetworkIT {

    private static final Path APPS = Path.of("src/test/apps/hostnetwork");
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final Pattern PID = Pattern.compile("\"pid\": (\\d+)");
    private static final int PIECE_BYTES = 1_000;
    private static final int PIECE_MILLIS = 500;
    private static final int BODY_BYTES = 240 * PIECE_BYTES;
    private static final String SPARE = "/ports-spare-dev/";
    private static final String FIXED = "/fixed-first-dev/";

    private Path folder = Path.of("");
    private HttpClient client = HttpClient.newHttpClient();
    private HostProcess host;

    @BeforeAll
    void serve(@TempDir Path made) throws Exception {
        folder = made;
        try (Stream<Path> files = Files.list(APPS)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        client = Trusting.client();
        host =
                HostProcess.serve(
                        "--no-server-networks",
                        "--tls-self-signed",
                        folder.resolve("ports.py").toString(),
                        folder.resolve("fixed.py").toString());
    }

    @AfterAll
    void stop() throws Exception {
        List<ProcessHandle> servers = host.descendants().toList();
        host.stop();
        client.close();
        assertThat(servers).as("processes that outlive the host").noneMatch(ProcessHandle::isAlive);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(host.url(path)).timeout(BOUND);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private static long pid(String text) {
        Matcher matcher = PID.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void theServerIsToldHowTheClientCame() throws Exception {
        HttpResponse<String> response = get(SPARE);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).contains("\"proto\": \"https\"", "\"via\": \"HTTP/1.1\"");
    }

    @Test
    void replicasThatUseTheVariableRunSideBySide() throws Exception {
        URI address = host.url(SPARE);
        // The JDK's client tells nothing of an answer before it has sent the whole request.
        try (Socket socket =
                Trusting.context()
                        .getSocketFactory()
                        .createSocket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) BOUND.toMillis());
            OutputStream out = socket.getOutputStream();
            String head =
                    "POST "
                            + SPARE
                            + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: "
                            + BODY_BYTES
                            + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = lines.readLine();
            assertThat(line).contains(" 200 ");
            while (!PID.matcher(line).find()) {
                line = lines.readLine();
            }
            CompletableFuture<HttpResponse<String>> other =
                    client.sendAsync(request(SPARE).build(), BodyHandlers.ofString());
            int sent = sendUntil(other, out);
            assertThat(pid(other.get().body())).isNotEqualTo(pid(line));
            out.write(new byte[BODY_BYTES - sent]);
            assertThat(lines.lines()).contains("0");
        }
    }

    /** Sends a body as slowly as the host bears, which keeps a replica busy until then. */
    private static int sendUntil(CompletableFuture<?> end, OutputStream out) throws Exception {
        int sent = 0;
        while (sent < BODY_BYTES) {
            try {
                var _ = end.get(PIECE_MILLIS, TimeUnit.MILLISECONDS);
                return sent;
            } catch (TimeoutException _) {
                out.write(new byte[PIECE_BYTES]);
                sent += PIECE_BYTES;
            }
        }
        throw new AssertionError("no answer came before the body's end");
    }

    @Test
    void aPortIsOneReplicasAndPassesToTheNextGeneration() throws Exception {
        long first = pid(get(FIXED).body());
        HttpResponse<String> clashing = get("/fixed-clashing-dev/");
        assertThat(clashing.statusCode()).isIn(502, 504);
        assertThat(clashing.body())
                .contains("port 18482 of the host is in use by another replica or program")
                .contains("variable PORT");
        Files.writeString(folder.resolve("fixed.py"), "# saved\n", StandardOpenOption.APPEND);
        host.await("the next generation has the port", BOUND, () -> isOther(first));
        assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();
    }

    private boolean isOther(long first) throws IOException, InterruptedException {
        HttpResponse<String> response = get(FIXED);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return pid(response.body()) != first;
    }
}
