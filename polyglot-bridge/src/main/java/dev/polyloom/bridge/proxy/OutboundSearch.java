// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out which {@link OutboundTool} works on this system, by use. */
final class OutboundSearch {

    private static final System.Logger LOG = System.getLogger(OutboundSearch.class.getName());

    private final NamespaceNetwork network;
    private final List<String> faults = new ArrayList<>();

    private OutboundSearch(NamespaceNetwork network) {
        this.network = network;
    }

    /** Connects a network to the outside by the best tool, which is what others may use, too. */
    static Optional<Outbound.Tool> connect(NamespaceNetwork network) throws InterruptedException {
        OutboundSearch search = new OutboundSearch(network);
        Optional<Outbound.Tool> found = search.best(installed());
        if (found.isPresent()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "programs of functions with @web_server connect out by " + found.get().path());
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "programs of functions with @web_server connect out by HTTP only, through the proxy"
                            + " in their variables http_proxy and https_proxy. For the rest install"
                            + " pasta or slirp4netns (Debian: apt install slirp4netns), or serve"
                            + " with --no-server-networks"
                            + search.told());
        }
        return found;
    }

    private static List<Outbound.Tool> installed() {
        return Stream.of(OutboundTool.values())
                .flatMap(kind ->
                        Programs.find(kind.program())
                                .map(path -> new Outbound.Tool(kind, path))
                                .stream())
                .toList();
    }

    private String told() {
        return faults.isEmpty() ? "" : ". What is installed does not work: " + faults;
    }

    /**
     * The first that does all it should. The pasta of 2023 and 2024 leaves those who are refused
     * waiting for an answer (its resets lack a flag), so it comes after what does better.
     */
    private Optional<Outbound.Tool> best(List<Outbound.Tool> tools) throws InterruptedException {
        List<Outbound.Tool> second = new ArrayList<>();
        for (Outbound.Tool tool : tools) {
            if (works(tool)) {
                boolean only = tool.equals(tools.getLast()) && second.isEmpty();
                if (only || tellsOfRefusal(tool)) {
                    return Optional.of(tool);
                }
                second.add(tool);
            }
            network.disconnect();
        }
        for (Outbound.Tool tool : second) {
            if (works(tool)) {
                return Optional.of(tool);
            }
            network.disconnect();
        }
        return Optional.empty();
    }

    private boolean works(Outbound.Tool tool) throws InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            network.connectOut(tool);
            String dialed = network.dial(OutboundTool.HOST, server.getLocalPort());
            if (dialed.equals(Forwarder.DIALED)) {
                return true;
            }
            faults.add(tool.path() + ": " + dialed);
        } catch (IOException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
        return false;
    }

    private boolean tellsOfRefusal(Outbound.Tool tool) throws InterruptedException {
        try {
            int nobodys;
            try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobodys = closed.getLocalPort();
            }
            return network.dial(OutboundTool.HOST, nobodys).equals(Forwarder.NOBODY);
        } catch (IOException e) {
            faults.add(tool.path() + ": " + e.getMessage());
            return false;
        }
    }
}
