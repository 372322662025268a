// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Linux network namespace, held by a {@link Forwarder}. It has a loopback address, and a way out
 * when it is {@linkplain #connectOut given one}.
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

    /** The sockets in its folder, of the forwarder and of the outlet. */
    private static final String INWARDS = "s";

    private static final String OUTWARDS = "o";

    private static final List<String> PROXIED =
            List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY");
    private static final List<String> NO_PROXY_NAMES = List.of("no_proxy", "NO_PROXY");

    private final Tools tools;
    private final Process forwarder;
    private final BufferedReader answers;
    private final Path folder;
    private final String network;
    private final Closing closing = new Closing();
    private volatile @Nullable Outbound outbound;
    private volatile @Nullable Outlet outlet;
    private volatile Map<String, String> proxyVariables = Map.of();

    /**
     * The programs of util-linux, and how they are allowed to be used.
     *
     * @param unshare makes namespaces
     * @param nsenter enters them
     * @param setsid makes sessions, which keep the keys of the host's terminal from its processes:
     *     the host itself ends them when it has drained
     * @param user whether a user namespace must be made for it, because the host is not privileged
     */
    record Tools(Path unshare, Path nsenter, Path setsid, boolean user) {

        /** Those of this system, if all are there. */
        static Optional<Tools> find(boolean user) {
            return Programs.find("unshare")
                    .flatMap(unshare ->
                            Programs.find("nsenter")
                                    .flatMap(nsenter ->
                                            Programs.find("setsid")
                                                    .map(setsid ->
                                                            new Tools(
                                                                    unshare, nsenter, setsid,
                                                                    user))));
        }

        private List<String> make() {
            List<String> command =
                    new ArrayList<>(List.of(setsid.toString(), unshare.toString(), "--net"));
            if (user) {
                command.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
            }
            command.add("--");
            return command;
        }

        private List<String> enter(long pid) {
            List<String> command = new ArrayList<>(List.of(setsid.toString(), nsenter.toString()));
            command.addAll(List.of("--target", Long.toString(pid), "--net"));
            if (user) {
                command.addAll(List.of("--user", "--preserve-credentials"));
            }
            command.add("--");
            return command;
        }
    }

    private NamespaceNetwork(
            Tools tools, Process forwarder, BufferedReader answers, Path folder, String network) {
        this.tools = tools;
        this.forwarder = forwarder;
        this.answers = answers;
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
                            folder.resolve(INWARDS).toString(),
                            folder.resolve(OUTWARDS).toString()));
            forwarder = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader answers = forwarder.inputReader(StandardCharsets.UTF_8);
            awaitReady(answers);
            String network = ProcessSweep.networkOf(Path.of("/proc", forwarder.pid() + ""));
            NamespaceNetwork opened =
                    new NamespaceNetwork(tools, forwarder, answers, folder, network);
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

    private static void awaitReady(BufferedReader answers)
            throws IOException, InterruptedException {
        String line = answer(answers);
        if (!Forwarder.READY.equals(line)) {
            throw new IOException(
                    "no network namespace: " + (line == null ? "it ended at once" : line));
        }
    }

    private static @Nullable String answer(BufferedReader answers)
            throws IOException, InterruptedException {
        FutureTask<@Nullable String> line = new FutureTask<>(answers::readLine);
        Thread.ofVirtual().name("polyloom-net").start(line);
        try {
            return line.get(READY_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the holder of a network namespace does not answer", e);
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

    /**
     * Lets what runs here connect out, through a program that ends with this network.
     *
     * @throws IOException when that does not work, with what was said
     */
    void connectOut(Outbound.Tool tool) throws IOException, InterruptedException {
        Outbound started = Outbound.start(tool, tools.setsid(), forwarder.pid(), tools.user());
        boolean done = false;
        try {
            tell(Forwarder.OWN + started.pid());
            started.awaitReady(forwarder.pid());
            outbound = started;
            done = true;
        } finally {
            if (!done) {
                started.close();
            }
        }
    }

    /** Undoes {@link #connectOut}. */
    void disconnect() {
        Outbound open = outbound;
        outbound = null;
        if (open != null) {
            open.close();
        }
    }

    /**
     * Makes name servers that listen on loopback addresses of the host listen here, too. Once only.
     *
     * @param resolvers by the addresses where they are to be found here
     * @throws IOException when that does not work for one of them, with what was said
     */
    void resolve(SequencedMap<InetAddress, InetSocketAddress> resolvers)
            throws IOException, InterruptedException {
        outlet = Outlet.open(folder.resolve(OUTWARDS), List.copyOf(resolvers.values()));
        int number = 0;
        for (InetAddress address : resolvers.keySet()) {
            tell(Forwarder.RESOLVE + number++ + " " + address.getHostAddress());
            String said = String.valueOf(answer(answers));
            if (!said.equals(Forwarder.RESOLVING)) {
                throw new IOException(
                        "the name server at " + address.getHostAddress() + " " + said);
            }
        }
    }

    /**
     * Lets HTTP clients in here connect out by a proxy. Once only, and instead of {@link #resolve}.
     *
     * @throws IOException when that does not work, with what was said
     */
    void proxy() throws IOException, InterruptedException {
        outlet = Outlet.open(folder.resolve(OUTWARDS), List.of());
        tell(Forwarder.PROXY);
        String said = String.valueOf(answer(answers));
        if (!said.startsWith(Forwarder.PROXYING)) {
            throw new IOException("the proxy in a network namespace " + said);
        }
        String port = said.substring(Forwarder.PROXYING.length());
        String address = "http://" + Forwarder.PROXY_ADDRESS + ":" + port;
        Map<String, String> named = new HashMap<>();
        PROXIED.forEach(name -> named.put(name, address));
        NO_PROXY_NAMES.forEach(name -> named.put(name, "localhost,127.0.0.1,::1"));
        proxyVariables = Map.copyOf(named);
    }

    /**
     * Tries to connect from inside.
     *
     * @return {@link Forwarder#DIALED}, {@link Forwarder#NOBODY}, or how else it failed
     */
    String dial(String address, int port) throws IOException, InterruptedException {
        tell(Forwarder.DIAL + address + " " + port);
        return String.valueOf(answer(answers));
    }

    /** Lets go as a host does that is killed: what holds it together ends by itself. */
    void abandon() throws IOException {
        Outbound open = outbound;
        if (open != null) {
            open.dismiss();
        }
        forwarder.getOutputStream().close();
    }

    private void tell(String line) throws IOException {
        forwarder.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        forwarder.getOutputStream().flush();
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
        return outbound == null ? Map.of() : Map.of(HOST_VARIABLE, OutboundTool.HOST);
    }

    @Override
    public Map<String, String> proxyVariables() {
        return proxyVariables;
    }

    @Override
    public SocketChannel connect(int port) throws IOException {
        SocketChannel channel =
                SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(INWARDS)));
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
            abandon();
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
        disconnect();
        Outlet open = outlet;
        if (open != null) {
            open.close();
        }
        var _ = ProcessSweep.killNetwork(network, KILL_MAX);
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(INWARDS));
            Files.deleteIfExists(folder.resolve(OUTWARDS));
            Files.deleteIfExists(folder);
        } catch (IOException _) {
            // A temporary folder that stays does no harm.
        }
    }
}
