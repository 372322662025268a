// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Programs of functions behind a port connect out, where a tool for that is installed. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class OutboundIT {

    private static final String APP = "src/test/apps/outbound/out.py";
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String OUT = "connect out by ";
    private static final String TOOL = OUT + "/";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve(APP);
    }

    /** Not by a stop but by force, which must end all the same what was started. */
    @AfterAll
    void kill() throws InterruptedException {
        List<ProcessHandle> started = host.descendants().toList();
        host.kill();
        host.await(
                "all has ended that was started",
                BOUND,
                () -> started.stream().noneMatch(ProcessHandle::isAlive));
        host.close();
        threads.close();
    }

    private void assumePrinted(String text) throws IOException, InterruptedException {
        assertThat(host.get("/out-web-dev/resolve/127.0.0.1").statusCode()).isEqualTo(200);
        assumeTrue(host.printed(text), "namespaces, or a tool for them, are missing here");
    }

    private static InetAddress addressOfThisMachine() throws IOException {
        Optional<InetAddress> address =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                        .findFirst();
        assumeTrue(address.isPresent(), "this machine has a loopback address only");
        return address.orElseThrow();
    }

    private HttpServer server(InetAddress address, CountDownLatch together) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    together.countDown();
                    byte[] answer = "hello".getBytes(StandardCharsets.US_ASCII);
                    try (exchange) {
                        assertThat(together.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
        server.start();
        return server;
    }

    @Test
    void twoReplicasAtOnceReachAServerOutside() throws Exception {
        assumePrinted(OUT);
        // It answers none before both have come, and each keeps a replica to itself.
        HttpServer outside = server(addressOfThisMachine(), new CountDownLatch(2));
        try {
            String path = fetching(outside);
            CompletableFuture<HttpResponse<String>> other =
                    CompletableFuture.supplyAsync(() -> get(path), threads);
            String one = get(path).body();
            assertThat(one).endsWith(" hello");
            assertThat(other.get().body()).endsWith(" hello").isNotEqualTo(one);
        } finally {
            outside.stop(0);
        }
    }

    @Test
    void theHostsOwnServicesAreReachedByTheVariable() throws Exception {
        assumePrinted(TOOL);
        HttpServer service = server(InetAddress.getLoopbackAddress(), new CountDownLatch(1));
        try {
            assertThat(get("/out-web-dev/host/" + service.getAddress().getPort()).body())
                    .endsWith(" hello");
        } finally {
            service.stop(0);
        }
    }

    @Test
    void namesAreAskedOfANameServerOnTheHostsLoopbackAddress(@TempDir Path folder)
            throws Exception {
        assumePrinted(TOOL);
        Path file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.77\n");
        List<String> by = mounting("mount --bind " + file + " /etc/resolv.conf");
        assumeTrue(works(by), "who runs this may not mount");
        try (NameServer _ = NameServer.open("127.0.0.77", "198.51.100.7");
                HostProcess other = HostProcess.serveBy(by, List.of(), APP)) {
            assertThat(other.get("/out-web-dev/resolve/there.polyloom.test").body())
                    .endsWith(" 198.51.100.7");
        }
    }

    @Test
    void withoutAToolHttpGoesThroughTheHost() throws Exception {
        assumePrinted(OUT);
        List<String> by =
                mounting(
                        """
                        for tool in pasta slirp4netns; do
                          if file=$(command -v $tool); then mount --bind /dev/null "$file"; fi
                        done
                        """);
        assumeTrue(works(by), "who runs this may not mount");
        HttpServer outside = server(addressOfThisMachine(), new CountDownLatch(1));
        try (HostProcess other = HostProcess.serveBy(by, List.of(), APP)) {
            assertThat(other.get(fetching(outside)).body()).endsWith(" hello");
            assertThat(other.printed("connect out by HTTP only")).isTrue();
        } finally {
            outside.stop(0);
        }
    }

    @Test
    void aKeyThatStopsTheHostLetsServersEndWhatTheyDo() throws Exception {
        assumePrinted(OUT);
        // A group of its own, as of a terminal; who starts tests may have the signal ignored.
        List<String> by = List.of("env", "--default-signal=INT", "setsid");
        assumeTrue(works(by), "signals cannot be set as a terminal has them");
        CountDownLatch together = new CountDownLatch(2);
        HttpServer outside = server(addressOfThisMachine(), together);
        try (HostProcess other = HostProcess.serveBy(by, List.of(), APP)) {
            CompletableFuture<HttpResponse<String>> running =
                    CompletableFuture.supplyAsync(() -> get(other, fetching(outside)), threads);
            other.await("the server is asked", BOUND, () -> together.getCount() == 1);
            Process kill =
                    new ProcessBuilder("sh", "-c", "kill -s INT -- -" + other.pid())
                            .inheritIO()
                            .start();
            assertThat(kill.waitFor()).isZero();
            other.await("the host drains", BOUND, () -> other.printed("draining"));
            together.countDown();
            assertThat(running.get().body()).endsWith(" hello");
        } finally {
            outside.stop(0);
        }
    }

    private static String fetching(HttpServer server) {
        InetSocketAddress address = server.getAddress();
        return "/out-web-dev/fetch/"
                + address.getAddress().getHostAddress()
                + ":"
                + address.getPort()
                + "/";
    }

    /** What runs a command where the file system is a little different. */
    private static List<String> mounting(String script) {
        return List.of(
                "unshare", "--mount", "sh", "-c", "set -e\n" + script + "\nexec \"$@\"", "sh");
    }

    private static boolean works(List<String> by) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(by);
        command.add("true");
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) {
        return get(host, path);
    }

    private static HttpResponse<String> get(HostProcess host, String path) {
        try {
            return host.get(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
