// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Networks of replicas, with real processes in them. */
@Timeout(120)
final class ReplicaNetworksTest {

    private static final int PORT = 8_000;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static Process start(ReplicaNetwork network, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(network.inside(List.of(command)));
        builder.environment().putAll(network.variables());
        return builder.redirectErrorStream(true).start();
    }

    private static Process fileServer(ReplicaNetwork network, Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return start(
                network,
                java,
                "-m",
                "jdk.httpserver",
                "-b",
                "127.0.0.1",
                "-p",
                Integer.toString(PORT),
                "-d",
                folder.toString());
    }

    /** Asks for a file until the server is there to answer. */
    private static String get(ReplicaNetwork network, String file) throws IOException {
        while (true) {
            try (SocketChannel channel = network.connect(PORT)) {
                String request = "GET /" + file + " HTTP/1.0\r\n\r\n";
                channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
                ByteBuffer answer = ByteBuffer.allocate(10_000);
                while (channel.read(answer) >= 0) {
                    assertThat(answer.hasRemaining()).isTrue();
                }
                return new String(answer.array(), 0, answer.position(), ISO_8859_1);
            } catch (IOException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    @Test
    void twoReplicasListenOnTheSamePort(@TempDir Path one, @TempDir Path two) throws Exception {
        Files.writeString(one.resolve("which"), "the first");
        Files.writeString(two.resolve("which"), "the second");
        try (ReplicaNetworks networks = new ReplicaNetworks();
                ReplicaNetwork first = networks.open();
                ReplicaNetwork second = networks.open()) {
            assumeTrue(first.own(), "this platform has no network namespaces to give");
            assertThat(second.own()).isTrue();
            Process server = fileServer(first, one);
            var _ = fileServer(second, two);
            assertThat(get(first, "which")).endsWith("the first");
            assertThat(get(second, "which")).endsWith("the second");
            endOf(first);
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> first.connect(PORT)).isInstanceOf(IOException.class);
            assertThat(get(second, "which")).endsWith("the second");
        }
    }

    @Test
    void noProcessOutlivesItsNetworkWhateverItsParents() throws Exception {
        try (ReplicaNetworks networks = new ReplicaNetworks();
                ReplicaNetwork network = networks.open()) {
            leavesNothingBehind(network);
        }
    }

    @Test
    void noProcessOutlivesAReplicaInTheSharedNetwork() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "processes are found in /proc");
        try (ReplicaNetwork network = new SharedNetwork()) {
            leavesNothingBehind(network);
        }
    }

    private static void leavesNothingBehind(ReplicaNetwork network) throws Exception {
        Process shell =
                start(network, "/bin/sh", "-c", "(trap '' TERM HUP; exec sleep 1000) & echo $!");
        BufferedReader output = shell.inputReader();
        long orphan = Long.parseLong(output.readLine());
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(alive(orphan)).isTrue();
        endOf(network);
        assertThat(alive(orphan)).isFalse();
    }

    /** Closes it before its time; a second time does nothing. */
    private static void endOf(AutoCloseable network) throws Exception {
        network.close();
    }

    /** Whether it lives, and not only because nobody has asked how it ended. */
    private static boolean alive(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.noneMatch(line -> line.startsWith("State:\tZ"));
        }
    }
}
