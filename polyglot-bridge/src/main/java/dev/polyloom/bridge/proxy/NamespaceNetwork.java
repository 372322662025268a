// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Linux network namespace, held by a {@link Forwarder}. It has a loopback address and no more.
 */
final class NamespaceNetwork implements ReplicaNetwork {

    private static final Duration READY_MAX = Duration.ofSeconds(15);
    private static final Duration END_MAX = Duration.ofSeconds(6);
    private static final Duration KILL_MAX = Duration.ofSeconds(2);
    private static final List<String> JAVA_OPTIONS =
            List.of(
                    "-Xmx64m",
                    "-Xss512k",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "--enable-native-access=ALL-UNNAMED");

    private final Tools tools;
    private final Process forwarder;
    private final Path folder;
    private final String network;
    private final Closing closing = new Closing();

    /**
     * The programs of util-linux, and how they are allowed to be used.
     *
     * @param unshare makes namespaces
     * @param nsenter enters them
     * @param user whether a user namespace must be made for it, because the host is not privileged
     */
    record Tools(Path unshare, Path nsenter, boolean user) {

        private List<String> make() {
            List<String> command = new ArrayList<>(List.of(unshare.toString(), "--net"));
            if (user) {
                command.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
            }
            command.add("--");
            return command;
        }

        private List<String> enter(long pid) {
            List<String> command =
                    new ArrayList<>(
                            List.of(nsenter.toString(), "--target", Long.toString(pid), "--net"));
            if (user) {
                command.addAll(List.of("--user", "--preserve-credentials"));
            }
            command.add("--");
            return command;
        }
    }

    private NamespaceNetwork(Tools tools, Process forwarder, Path folder, String network) {
        this.tools = tools;
        this.forwarder = forwarder;
        this.folder = folder;
        this.network = network;
    }

    /**
     * Makes one.
     *
     * @throws IOException when the platform does not allow it, with what was said
     */
    static NamespaceNetwork open(Tools tools) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("polyloom-net");
        Process forwarder = null;
        boolean done = false;
        try {
            List<String> command = new ArrayList<>(tools.make());
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(JAVA_OPTIONS);
            command.addAll(
                    List.of(
                            "-cp",
                            classPath(),
                            Forwarder.class.getName(),
                            folder.resolve("s").toString()));
            forwarder = new ProcessBuilder(command).redirectErrorStream(true).start();
            awaitReady(forwarder);
            String network = ProcessSweep.networkOf(Path.of("/proc", forwarder.pid() + ""));
            NamespaceNetwork opened = new NamespaceNetwork(tools, forwarder, folder, network);
            opened.checkEntering();
            done = true;
            return opened;
        } finally {
            if (!done) {
                if (forwarder != null) {
                    forwarder.destroyForcibly();
                }
                delete(folder);
            }
        }
    }

    private static String classPath() {
        var source = Forwarder.class.getProtectionDomain().getCodeSource();
        return Path.of(source.getLocation().getPath()).toString();
    }

    private static void awaitReady(Process forwarder) throws IOException, InterruptedException {
        BufferedReader output = forwarder.inputReader(StandardCharsets.UTF_8);
        FutureTask<@Nullable String> first = new FutureTask<>(output::readLine);
        Thread.ofVirtual().name("polyloom-net").start(first);
        try {
            String line = first.get(READY_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!Forwarder.READY.equals(line)) {
                throw new IOException(
                        "no network namespace: " + (line == null ? "it ended at once" : line));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no network namespace: it did not become ready", e);
        }
    }

    /** Entering may be forbidden where making is not. */
    private void checkEntering() throws IOException, InterruptedException {
        Process check =
                new ProcessBuilder(inside(List.of("true")))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!check.waitFor(READY_MAX.toMillis(), TimeUnit.MILLISECONDS) || check.exitValue() != 0) {
            check.destroyForcibly();
            throw new IOException("no network namespace: it cannot be entered");
        }
    }

    @Override
    public boolean own() {
        return true;
    }

    @Override
    public List<String> inside(List<String> command) {
        List<String> entering = new ArrayList<>(tools.enter(forwarder.pid()));
        entering.addAll(command);
        return entering;
    }

    @Override
    public Map<String, String> variables() {
        return Map.of();
    }

    @Override
    public SocketChannel connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")));
        boolean connected = false;
        try {
            channel.write(ByteBuffer.allocate(2).putShort((short) port).flip());
            ByteBuffer answer = ByteBuffer.allocate(1);
            if (channel.read(answer) == 1 && answer.get(0) == Forwarder.CONNECTED) {
                connected = true;
                return channel;
            }
            throw new IOException("nothing listens on port " + port);
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    @Override
    public boolean closed() {
        return closing.done();
    }

    @Override
    public void close() {
        closing.once(this::end);
    }

    private void end() {
        try {
            forwarder.getOutputStream().close();
            var _ = forwarder.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException _) {
            // It has ended already.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sweep();
            delete(folder);
        }
    }

    /** Does what the forwarder did not do. */
    private void sweep() {
        forwarder.destroyForcibly();
        var _ = ProcessSweep.killNetwork(network, KILL_MAX);
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("s"));
            Files.deleteIfExists(folder);
        } catch (IOException _) {
            // A temporary folder that stays does no harm.
        }
    }
}
