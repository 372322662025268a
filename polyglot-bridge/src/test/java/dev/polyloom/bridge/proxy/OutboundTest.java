// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools that connect namespaces to the outside, those that are installed. */
@Timeout(120)
final class OutboundTest {

    private static final long LOOK_NANOS = 20_000_000;

    private static Outbound.Tool installed(OutboundTool kind) {
        Optional<Path> path = Programs.find(kind.program());
        assumeTrue(path.isPresent(), kind.program() + " is not installed");
        return new Outbound.Tool(kind, path.orElseThrow());
    }

    /** Gives a way out, or skips the test where the platform does not let the tool work. */
    private static void connectOut(NamespaceNetwork network, Outbound.Tool tool)
            throws InterruptedException {
        try {
            network.connectOut(tool);
        } catch (IOException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    private static Set<ProcessHandle> childrenSince(Set<ProcessHandle> before) {
        Set<ProcessHandle> started = children();
        started.removeAll(before);
        return started;
    }

    @ParameterizedTest
    @EnumSource(OutboundTool.class)
    void serversOutsideAreReachedUntilTheNetworkIsClosed(OutboundTool kind) throws Exception {
        Outbound.Tool tool = installed(kind);
        InetAddress address = Namespaces.addressOfThisMachine();
        Set<ProcessHandle> tools;
        try (ServerSocket outside = new ServerSocket(0, 10, address);
                ServerSocket loopback = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                NamespaceNetwork one = Namespaces.open();
                NamespaceNetwork other = Namespaces.open()) {
            assertThat(one.dial(address.getHostAddress(), outside.getLocalPort()))
                    .isNotEqualTo(Forwarder.DIALED);
            Set<ProcessHandle> before = children();
            connectOut(one, tool);
            other.connectOut(tool);
            for (NamespaceNetwork network : List.of(one, other)) {
                assertThat(network.dial(address.getHostAddress(), outside.getLocalPort()))
                        .isEqualTo(Forwarder.DIALED);
                assertThat(network.dial(OutboundTool.HOST, loopback.getLocalPort()))
                        .isEqualTo(Forwarder.DIALED);
                assertThat(network.variables())
                        .containsEntry(ReplicaNetwork.HOST_VARIABLE, OutboundTool.HOST);
            }
            tools = childrenSince(before);
            assertThat(tools).hasSize(2);
        }
        assertThat(tools).noneMatch(ProcessHandle::isAlive);
    }

    @ParameterizedTest
    @EnumSource(OutboundTool.class)
    void nothingIsReachedFromOutsideByIt(OutboundTool kind) throws Exception {
        Outbound.Tool tool = installed(kind);
        try (NamespaceNetwork network = Namespaces.open()) {
            connectOut(network, tool);
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Process server =
                    new ProcessBuilder(
                                    network.inside(
                                            List.of(
                                                    Path.of(
                                                                    System.getProperty("java.home"),
                                                                    "bin",
                                                                    "java")
                                                            .toString(),
                                                    "-m",
                                                    "jdk.httpserver",
                                                    "-b",
                                                    "0.0.0.0",
                                                    "-p",
                                                    Integer.toString(port),
                                                    "-d",
                                                    "/tmp")))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            while (!connects(network, port)) {
                assertThat(server.isAlive()).isTrue();
                LockSupport.parkNanos(LOOK_NANOS);
            }
            Stream<InetAddress> addresses =
                    NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
            for (InetAddress address : addresses.toList()) {
                assertThat(reached(address, port)).as(address.toString()).isFalse();
            }
        }
    }

    private static boolean connects(ReplicaNetwork network, int port) {
        try (SocketChannel _ = network.connect(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean reached(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 10_000);
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(OutboundTool.class)
    void theToolEndsWithTheForwarderToo(OutboundTool kind) throws Exception {
        Outbound.Tool tool = installed(kind);
        try (NamespaceNetwork network = Namespaces.open()) {
            Set<ProcessHandle> before = children();
            connectOut(network, tool);
            Set<ProcessHandle> tools = childrenSince(before);
            assertThat(tools).hasSize(1);
            network.abandon();
            for (ProcessHandle each : tools) {
                assertThat(each.onExit()).succeedsWithin(Duration.ofSeconds(30));
            }
        }
    }

    @Test
    void theFirstNetworkFindsATool() throws Exception {
        try (ReplicaNetworks networks = new ReplicaNetworks();
                ReplicaNetwork first = networks.open();
                ReplicaNetwork second = networks.open()) {
            assumeTrue(first.own(), "this platform has no network namespaces to give");
            boolean connected = !first.variables().isEmpty();
            assertThat(second.variables().isEmpty()).isEqualTo(!connected);
        }
    }
}
